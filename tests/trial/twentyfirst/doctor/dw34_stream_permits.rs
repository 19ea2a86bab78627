// WRONG. A FuturesUnordered of downloads, each holds a permit of two while it runs; the loop's body takes a permit of the same semaphore
// (to upload): while the body waits, the downloads in the set are not polled and keep their permits.
// EXPECT: deadlock: main waits for a permit at `uploads.acquire` that it took itself (in the set's futures). CURE: spawn the downloads, or another semaphore.
use futures_util::stream::{FuturesUnordered, StreamExt};
use kettle::sync::Semaphore;
use std::time::Duration;

async fn download(limit: &Semaphore, id: u64) -> u64 {
    let _permit = limit.acquire().await.unwrap();
    kettle::time::sleep(Duration::from_millis(20 * id)).await;
    id
}

#[kettle::main]
async fn main() {
    let limit = Semaphore::new(2);
    let mut downloads: FuturesUnordered<_> = (1..6).map(|id| download(&limit, id)).collect();
    while let Some(id) = downloads.next().await {
        let _permit = limit.acquire().await.unwrap();
        kettle::time::sleep(Duration::from_millis(10)).await;
        println!("uploaded {id}");
    }
}
