// WRONG. A big batch asks for as many permits at once as it has items (12), but the semaphore has only 8.
// EXPECT: deadlock: task waits for 12 permits of the semaphore of 8. CURE: cap by the pool's size.
use kettle::sync::Semaphore;
use std::sync::Arc;
use std::time::Duration;

async fn run(batch: u32, memory: Arc<Semaphore>) {
    let _room = memory.acquire_many(batch).await.unwrap();
    kettle::time::sleep(Duration::from_millis(u64::from(batch))).await;
    println!("batch of {batch}");
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(8));
    let batches: Vec<_> = [3, 5, 8, 12, 2].map(|batch| kettle::spawn(run(batch, memory.clone()))).into();
    for batch in batches {
        batch.await.unwrap();
    }
}
