//! Settings in a `watch` channel. They are changed with `send_if_modified`, so that no task is woken for a change that is
//! none.
//!
//! Wrong: the closure says whether the *level* has changed before it sets it, but the new features are what is changed
//! here: it returns `false`, the value is there, and the waiting task isn't told.
//!
//! Expected: `deadlock`: `main` and the task that waits for the feature. The cure: `true` from the closure when anything
//! has changed, or `send_modify`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::BTreeSet;
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

#[derive(Default)]
struct Settings {
    level: u8,
    features: BTreeSet<&'static str>,
}

fn apply(settings: &watch::Sender<Settings>, level: u8, feature: &'static str) {
    settings.send_if_modified(|now| {
        let louder = now.level != level;
        now.level = level;
        now.features.insert(feature);
        louder
    });
}

async fn export(mut settings: watch::Receiver<Settings>) {
    let ready = settings.wait_for(|now| now.features.contains("export")).await;
    println!("exporting at level {}", ready.expect("the settings are there").level);
}

#[kettle::main]
async fn main() {
    let (settings, changes) = watch::channel(Settings::default());
    let exporter = kettle::spawn(export(changes));
    for (level, feature) in [(1, "search"), (2, "import"), (2, "export")] {
        sleep(Duration::from_millis(20)).await;
        apply(&settings, level, feature);
    }
    exporter.await.unwrap();
    println!("{} features", settings.borrow().features.len());
}
