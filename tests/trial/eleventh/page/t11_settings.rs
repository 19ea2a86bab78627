// A worker goes by settings that main changes, and ends when there are no more changes.
use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

struct Settings {
    speed: watch::Sender<u32>,
    changes: u32,
}

impl Settings {
    fn change(&mut self, speed: u32) {
        self.speed.send(speed).unwrap();
        self.changes += 1;
    }
}

async fn worker(mut speed: watch::Receiver<u32>) -> u32 {
    let mut applied = 0;
    while speed.changed().await.is_ok() {
        let now = *speed.borrow_and_update();
        sleep(Duration::from_millis(u64::from(now))).await;
        applied += 1;
    }
    applied
}

#[kettle::main]
async fn main() {
    let (sender, receiver) = watch::channel(10);
    let mut settings = Settings { speed: sender, changes: 0 };
    let worker = kettle::spawn(worker(receiver));
    for speed in [20, 30, 5] {
        sleep(Duration::from_millis(40)).await;
        settings.change(speed);
    }
    let applied = worker.await.unwrap();
    println!("{applied} of {} changes applied", settings.changes);
}
