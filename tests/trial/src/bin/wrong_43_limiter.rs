//! A client whose requests shall be limited to two at a time.
//!
//! The mistake: the permit is a future that is never awaited: all ten requests run at once.
//!
//! Expected: `unpolled`, at `acquire_owned`. Cure: `.await` (and the permit).
//!
//! doctor: `unpolled`
//! ends: by itself

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let limit = Arc::new(Semaphore::new(2));
    let at_once = Arc::new(AtomicU32::new(0));
    let mut requests = JoinSet::new();
    for _request in 0..10 {
        let (limit, at_once) = (limit.clone(), at_once.clone());
        requests.spawn(async move {
            let _permit = limit.acquire_owned();
            let now = at_once.fetch_add(1, Ordering::Relaxed) + 1;
            sleep(Duration::from_millis(20)).await;
            at_once.fetch_sub(1, Ordering::Relaxed);
            now
        });
    }
    let most = requests.join_all().await.into_iter().max();
    println!("at most {most:?} at once");
}
