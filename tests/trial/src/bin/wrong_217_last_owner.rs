//! A cache is written to disk when nobody uses it any more: when the count of its `Arc` is back at one.
//!
//! Wrong: nothing tells of that, so the loop looks again and again, with a `yield_now` between, for three seconds.
//!
//! Expected: `busy_loop` of `main` in its loop: it wakes itself, and nothing else happens. The cure: await the handle of the task (or a
//! `Notify`, or the end of a channel).
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::sleep;

async fn reader(cache: Arc<HashMap<u32, String>>) {
    sleep(Duration::from_secs(4)).await; // a slow client
    println!("{:?}", cache.get(&7));
}

#[kettle::main]
async fn main() {
    let cache = Arc::new((0..10).map(|key| (key, key.to_string())).collect::<HashMap<_, _>>());
    kettle::spawn(reader(cache.clone()));
    while Arc::strong_count(&cache) > 1 {
        yield_now().await;
    }
    println!("{} entries written", cache.len());
}
