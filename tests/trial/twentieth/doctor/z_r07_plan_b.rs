//! A reader has a plan B: the future that would wait for the archive's lock is made first, and awaited only if the quick
//! way fails.
//!
//! Right: the future of plan B is dropped unpolled when it isn't needed. Near to: `unpolled`.
//!
//! Expected: silent.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};
use kettle::time::{sleep, timeout};

type Archive = Arc<Mutex<Vec<u32>>>;

async fn quick(page: u32) -> Option<u32> {
    sleep(Duration::from_millis(10)).await;
    (page % 3 != 0).then_some(page * 2)
}

async fn read(page: u32, archive: &Archive) -> u32 {
    let plan_b = archive.lock();
    match timeout(Duration::from_millis(100), quick(page)).await {
        Ok(Some(value)) => value,
        _ => {
            let mut archive = plan_b.await;
            archive.push(page);
            page * 2
        }
    }
}

async fn stop_or(more: bool, stop: &Notify) -> bool {
    let stopped = stop.notified();
    let pause = sleep(Duration::from_millis(20));
    if more {
        pause.await;
        return true;
    }
    stopped.await;
    false
}

#[kettle::main]
async fn main() {
    let archive = Archive::default();
    let stop = Notify::new();
    stop.notify_one();
    let mut sum = 0;
    let mut page = 0;
    while stop_or(page < 12, &stop).await {
        page += 1;
        sum += read(page, &archive).await;
    }
    println!("{sum}, {} from the archive", archive.lock().await.len());
}
