//! A server's settings are in a `watch` channel. Each minute they are looked at, and renewed if they are old.
//!
//! The mistake: the value that `borrow` lent is alive when `send` asks for the same lock: the thread waits
//! for itself.
//!
//! Expected: a poll that never ends. Cure: drop what `borrow` lent (clone the value) before `send`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

#[derive(Clone, Debug)]
struct Settings {
    version: u32,
}

async fn renew(settings: &watch::Sender<Settings>) {
    let now = settings.borrow();
    if now.version < 3 {
        settings.send_replace(Settings { version: now.version + 1 });
    }
}

#[kettle::main]
async fn main() {
    let (settings, mut seen) = watch::channel(Settings { version: 1 });
    let reader = kettle::spawn(async move {
        while seen.changed().await.is_ok() {
            println!("now it is {:?}", *seen.borrow());
        }
    });
    for _minute in 0..3 {
        sleep(Duration::from_millis(50)).await;
        renew(&settings).await;
    }
    drop(settings);
    reader.await.expect("it doesn't panic");
}
