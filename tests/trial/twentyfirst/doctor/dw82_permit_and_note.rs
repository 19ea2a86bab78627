// WRONG. Workers take a permit and wait for "go" of the coordinator; the coordinator takes a permit of the same two before it says "go".
// EXPECT: deadlock: coordinator waits for a permit, workers (with the permits) wait at the Notify. CURE: coordinator needs no permit / says go first.
use kettle::sync::{Notify, Semaphore};
use std::sync::Arc;
use std::time::Duration;

async fn worker(id: u32, slots: Arc<Semaphore>, go: Arc<Notify>) {
    let _slot = slots.acquire().await.unwrap();
    go.notified().await;
    println!("worker {id} works");
}

async fn coordinate(slots: Arc<Semaphore>, go: Arc<Notify>) {
    kettle::time::sleep(Duration::from_millis(20)).await;
    let _slot = slots.acquire().await.unwrap();
    println!("all is ready");
    go.notify_waiters();
}

#[kettle::main]
async fn main() {
    let slots = Arc::new(Semaphore::new(2));
    let go = Arc::new(Notify::new());
    let workers: Vec<_> = (0..2).map(|id| kettle::spawn(worker(id, slots.clone(), go.clone()))).collect();
    let coordinator = kettle::spawn(coordinate(slots, go));
    for worker in workers {
        worker.await.unwrap();
    }
    coordinator.await.unwrap();
}
