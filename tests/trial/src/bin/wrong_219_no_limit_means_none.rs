//! A proxy's limit comes from its settings, where 0 stands for *no limit*.
//!
//! Wrong: `Semaphore::new(0)` has no permit, and nobody adds any.
//!
//! Expected: `deadlock` at semaphore 1, which never had a permit. The cure: give it some (`Semaphore::MAX_PERMITS`, or none at all);
//! add permits.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

struct Settings {
    requests_at_a_time: usize, // 0: as many as you like
}

async fn request(number: u32, limit: Arc<Semaphore>) -> u32 {
    let _permit = limit.acquire().await.unwrap();
    sleep(Duration::from_millis(20)).await;
    number
}

#[kettle::main]
async fn main() {
    let settings = Settings { requests_at_a_time: 0 };
    let limit = Arc::new(Semaphore::new(settings.requests_at_a_time));
    let requests: Vec<_> = (0..3).map(|n| kettle::spawn(request(n, limit.clone()))).collect();
    for request in requests {
        println!("request {} done", request.await.unwrap());
    }
}
