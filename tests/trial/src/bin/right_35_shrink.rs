//! A service reduces how much it does at once: it takes six of its eight permits and forgets them, on purpose.
//! Thirty requests go on with two.
//!
//! Suspicious: permits that are taken and never come back, and a long queue for the rest.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(8));
    limit.acquire_many(6).await.expect("it is open").forget();
    let mut requests = JoinSet::new();
    for request in 0..30 {
        let limit = limit.clone();
        requests.spawn(async move {
            let _permit = limit.acquire().await.expect("it is open");
            sleep(Duration::from_millis(120)).await;
            request
        });
    }
    println!("{} requests", requests.join_all().await.len());
    limit.close();
}
