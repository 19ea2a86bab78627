//! An image service: small thumbnails take one permit each, the batch export takes all four.
//! Which task made the thumbnail of task 5 late?

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn thumbnail(memory: Arc<Semaphore>, number: u64) -> u64 {
    let permit = memory.acquire().await.expect("open");
    sleep(Duration::from_millis(150 + 50 * number)).await;
    drop(permit);
    number
}

async fn export(memory: Arc<Semaphore>) -> u64 {
    let all = memory.acquire_many(4).await.expect("open");
    sleep(Duration::from_millis(200)).await;
    drop(all);
    100
}

#[kettle::main]
async fn main() {
    let memory = Arc::new(Semaphore::new(4));
    let mut work = Vec::new();
    for number in 0..3 {
        work.push(kettle::spawn(thumbnail(memory.clone(), number)));
    }
    sleep(Duration::from_millis(20)).await;
    work.push(kettle::spawn(export(memory.clone())));
    sleep(Duration::from_millis(20)).await;
    // One permit is free, and this one needs only one.
    let late = kettle::spawn(thumbnail(memory.clone(), 0));
    println!("late thumbnail: {}", late.await.expect("joins"));
    for task in work {
        task.await.expect("joins");
    }
}
