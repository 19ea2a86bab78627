//! A pool whose connections are owned permits: six requests share two connections. One that is given back lies
//! in a channel until a task has looked at its health, slowly; all requests wait meanwhile.
//!
//! Suspicious: the tasks that took the permits have ended, and everybody waits for permits. Right: they are
//! in the channel.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let pool = Arc::new(Semaphore::new(2));
    let (back, mut returned) = mpsc::unbounded_channel::<OwnedSemaphorePermit>();
    let health = kettle::spawn(async move {
        while let Some(connection) = returned.recv().await {
            sleep(Duration::from_millis(400)).await;
            drop(connection);
        }
    });
    let mut requests = JoinSet::new();
    for number in 0..6 {
        let (pool, back) = (pool.clone(), back.clone());
        requests.spawn(async move {
            let connection = pool.acquire_owned().await.expect("it is never closed");
            sleep(Duration::from_millis(5)).await;
            back.send(connection).expect("its health is looked at");
            number
        });
    }
    drop(back);
    println!("{:?}", requests.join_all().await);
    health.await.expect("it doesn't panic");
}
