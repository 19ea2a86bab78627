// WRONG. `buffer_unordered(3)` of futures that hold the cache's lock over a fetch; the loop's body locks the same cache: the buffered future that has the lock is not polled meanwhile.
// EXPECT: deadlock: main waits for lock 1 in the body, which a future of the stream (same task) has taken; no longer polled. CURE: spawn / don't hold it over the await / for_each.
use futures_util::stream::{self, StreamExt};
use kettle::sync::Mutex;
use std::time::Duration;

async fn fetch(cache: &Mutex<Vec<u32>>, n: u32) -> u32 {
    let mut cache = cache.lock().await;
    kettle::time::sleep(Duration::from_millis(10)).await;
    cache.push(n);
    n
}

#[kettle::main]
async fn main() {
    let cache = Mutex::new(Vec::new());
    let mut pages = stream::iter(0..6).map(|n| fetch(&cache, n)).buffer_unordered(3);
    while let Some(n) = pages.next().await {
        println!("page {n}; {} in the cache", cache.lock().await.len());
    }
}
