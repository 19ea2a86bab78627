//! A service whose settings come through a watch channel; a task applies each new version.
//!
//! The mistake: the loader ends after the first version, so `changed()` returns an error at once, and
//! always. The task ignores the error and asks again, without end.
//!
//! Expected: a loop that takes the whole processor and waits for nothing (busy). Cure: leave the loop
//! when `changed()` returns an error.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself (after four seconds)

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Settings {
    workers: usize,
}

async fn apply(mut settings: watch::Receiver<Settings>) {
    let mut workers = 0;
    loop {
        let _ = settings.changed().await;
        let wanted = settings.borrow_and_update().workers;
        if wanted != workers {
            println!("{workers} workers become {wanted}");
            workers = wanted;
        }
    }
}

async fn load(settings: watch::Sender<Settings>) {
    sleep(Duration::from_millis(20)).await; // reads the file
    settings.send_replace(Settings { workers: 4 });
}

#[kettle::main]
async fn main() {
    let (settings, current) = watch::channel(Settings::default());
    kettle::spawn(apply(current));
    kettle::spawn(load(settings));
    let mut clock = interval(Duration::from_millis(500));
    for _ in 0..8 {
        clock.tick().await;
        println!("served");
    }
}
