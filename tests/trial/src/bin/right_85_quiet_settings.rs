//! Settings in a `watch` channel, looked at by a thread twenty times in two seconds. Mostly nothing has changed, and
//! `send_if_modified` wakes no task.
//!
//! Right: the task that waits for a change is woken by the one that is one.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::watch;

#[derive(Clone, Copy, Default, PartialEq)]
struct Settings {
    level: u8,
}

/// The file of settings, as it is looked at for the nth time.
fn read(time: u32) -> Settings {
    Settings { level: u8::from(time > 15) }
}

#[kettle::main]
async fn main() {
    let (settings, mut changes) = watch::channel(Settings::default());
    let looker = thread::spawn(move || {
        for time in 0..20 {
            thread::sleep(Duration::from_millis(100));
            let new = read(time);
            settings.send_if_modified(|now| {
                let changed = *now != new;
                *now = new;
                changed
            });
        }
    });
    let logger = kettle::spawn(async move {
        let mut seen = 0;
        while changes.changed().await.is_ok() {
            seen += 1;
            println!("level {}", changes.borrow_and_update().level);
        }
        seen
    });
    assert_eq!(logger.await.unwrap(), 1);
    looker.join().unwrap();
}
