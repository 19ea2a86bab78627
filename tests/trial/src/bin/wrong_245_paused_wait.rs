//! A test with the clock paused: a cache forgets what is older than ten minutes.
//!
//! Wrong: it waits for the eleventh minute by `yield_now` in a loop. A paused clock moves when no task is ready, and this one always is.
//!
//! Expected: `busy_loop` of `main`; it never ends. The cure: `sleep` (or `advance`), which lets the clock jump.
//!
//! doctor: `busy_loop`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::yield_now;
use kettle::time::{Instant, sleep};

type Cache = Arc<Mutex<Vec<(Instant, &'static str)>>>;

async fn forget(cache: Cache) {
    loop {
        sleep(Duration::from_mins(1)).await;
        cache.lock().await.retain(|(since, _)| since.elapsed() < Duration::from_mins(10));
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let cache = Cache::default();
    kettle::spawn(forget(Arc::clone(&cache)));
    cache.lock().await.push((Instant::now(), "a page"));
    let later = Instant::now() + Duration::from_mins(11);
    while Instant::now() < later {
        yield_now().await;
    }
    assert!(cache.lock().await.is_empty());
    println!("forgotten");
}
