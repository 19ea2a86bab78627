//! Downloads run three at a time in a `buffer_unordered`, and each ends under a lock. The loop's body takes that lock,
//! too: it waits behind a download that is polled only when the body has ended.
//!
//! doctor: `deadlock`
//! cure: the lock is one's turn that is not polled now, in the same task: spawn the downloads, or lock inside them only
//! ends: killed

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Disk {
    files: Mutex<Vec<String>>,
}

impl Disk {
    async fn store(&self, file: String) {
        let mut files = self.files.lock().await;
        sleep(Duration::from_millis(20)).await;
        files.push(file);
    }
}

async fn download(disk: &Disk, number: u64) -> u64 {
    sleep(Duration::from_millis(10 * (number % 3))).await;
    disk.store(format!("{number}.jpg")).await;
    number
}

#[kettle::main]
async fn main() {
    let disk = Disk::default();
    let mut downloads =
        stream::iter(0..9).map(|number| download(&disk, number)).buffer_unordered(3);
    while let Some(number) = downloads.next().await {
        disk.store(format!("{number}.txt")).await;
    }
    println!("{} files", disk.files.lock().await.len());
}
