//! A server with eight permits that shuts down politely: it takes all permits itself, which it gets
//! when the last request has given its own back. Permits are owned and move into the requests' tasks.
//!
//! Suspicious: a task that has taken permits waits for permits; detached tasks; a semaphore closed in use.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore};
use kettle::time::{sleep, timeout};

async fn serve(number: u64, permit: OwnedSemaphorePermit) {
    sleep(Duration::from_millis(150 * number)).await;
    println!("request {number} served");
    drop(permit);
}

#[kettle::main]
async fn main() {
    let permits = Arc::new(Semaphore::new(8));
    for number in 0..12 {
        let permit = permits.clone().acquire_owned().await.expect("it is open");
        kettle::spawn(serve(number, permit));
    }
    println!("draining");
    let waiting = permits.clone();
    let late = kettle::spawn(async move { waiting.acquire_owned().await.is_err() });
    let all = timeout(Duration::from_secs(10), permits.acquire_many(8)).await;
    println!("drained in time: {}", all.is_ok());
    permits.close();
    drop(all);
    println!("the late one was refused: {}", late.await.expect("it doesn't panic"));
}
