//! Two thousand downloads are spawned at once, and forty at a time may run. The crowd takes more than a second to get
//! through.
//!
//! Right: the tasks are in a `JoinSet`, the semaphore lets them in one after the other, and all of them end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Default)]
struct Mirror {
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Mirror {
    async fn download(&self, number: usize) -> usize {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
        sleep(Duration::from_millis(30)).await;
        self.open.fetch_sub(1, Ordering::Relaxed);
        number % 7
    }
}

#[kettle::main]
async fn main() {
    let mirror = Arc::new(Mirror::default());
    let slots = Arc::new(Semaphore::new(40));
    let mut downloads = JoinSet::new();
    for number in 0..2000 {
        let (mirror, slots) = (Arc::clone(&mirror), Arc::clone(&slots));
        downloads.spawn(async move {
            let _slot = slots.acquire_owned().await.expect("slots");
            mirror.download(number).await
        });
    }
    let (mut count, mut bytes) = (0, 0);
    while let Some(download) = downloads.join_next().await {
        bytes += download.expect("a download");
        count += 1;
    }
    println!("{count} downloads, {bytes} bytes, {} at once", mirror.most.load(Ordering::Relaxed));
}
