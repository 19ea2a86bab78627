// Three loaders meet at a barrier, then a notified reporter writes; a slow loader holds all up.
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Notify};
use kettle::time::sleep;

async fn loader(name: &'static str, cost: u64, barrier: Arc<Barrier>, done: Arc<Notify>) {
    for part in 0..3 {
        sleep(Duration::from_millis(cost)).await;
        if barrier.wait().await.is_leader() {
            println!("{name} was the last with part {part}");
        }
    }
    done.notify_one();
}

async fn reporter(done: Arc<Notify>, count: usize) {
    for _ in 0..count {
        done.notified().await;
        sleep(Duration::from_millis(20)).await;
    }
}

#[kettle::main]
async fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let done = Arc::new(Notify::new());
    let mut loaders = Vec::new();
    for (name, cost) in [("users", 30), ("orders", 150), ("prices", 50)] {
        loaders.push(kettle::spawn(loader(name, cost, barrier.clone(), done.clone())));
    }
    let reporter = kettle::spawn(reporter(done, 3));
    for loader in loaders {
        loader.await.unwrap();
    }
    if kettle::time::timeout(Duration::from_millis(300), reporter).await.is_err() {
        println!("the report is not complete");
    }
}
