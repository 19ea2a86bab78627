//! A rate limiter: a permit is used up by each request, and a task adds ten each 50 ms.
//!
//! The mistake: the task that refills panics in its third round (a subtraction), and nothing looks at its
//! handle. The requests wait for ever.
//!
//! Expected: a deadlock: main waits for a permit, and there is nobody left to add any. Cure: look at the
//! handle, don't panic; it must not tell main to give a permit back.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::interval;

async fn refill(bucket: Arc<Semaphore>) {
    let mut every = interval(Duration::from_millis(50));
    let mut left = 2_u32;
    loop {
        every.tick().await;
        bucket.add_permits(10);
        left = left.checked_sub(1).expect("there is always one left");
    }
}

#[kettle::main]
async fn main() {
    let bucket = Arc::new(Semaphore::new(0));
    kettle::spawn(refill(bucket.clone()));
    for request in 0..100 {
        bucket.acquire().await.expect("it is never closed").forget();
        println!("request {request}");
    }
}
