//! `page` asks for a thumbnail, two milliseconds of work. It has it after 250 ms. What did the job wait for?

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

/// Work that keeps its thread.
fn work(time: u64) {
    thread::sleep(Duration::from_millis(time));
}

async fn archive() {
    spawn_blocking(|| work(300)).await.expect("an archive");
}

async fn index() {
    sleep(Duration::from_millis(10)).await;
    spawn_blocking(|| work(400)).await.expect("an index");
}

async fn page() {
    sleep(Duration::from_millis(50)).await;
    spawn_blocking(|| work(2)).await.expect("a thumbnail");
}

async fn heartbeat() {
    for _ in 0..20 {
        sleep(Duration::from_millis(20)).await;
    }
}

fn main() {
    let runtime =
        Builder::new_current_thread().enable_all().max_blocking_threads(2).build().expect("one");
    runtime.block_on(async {
        let tasks = [
            kettle::spawn(heartbeat()),
            kettle::spawn(archive()),
            kettle::spawn(index()),
            kettle::spawn(page()),
        ];
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}
