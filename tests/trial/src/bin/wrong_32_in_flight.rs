//! Ten downloads, three at a time with `buffer_unordered`. Each takes one of three permits of the network;
//! what has come is uploaded by the loop, with a permit, too.
//!
//! The mistake: while the loop awaits its upload, nothing polls the downloads, and three of them have the
//! permits that it waits for.
//!
//! Expected: a deadlock of `main`, with permits that it has taken itself. Cure: no permit in the loop's
//! body, or spawn the downloads.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use kettle::sync::Semaphore;
use kettle::time::sleep;

async fn download(network: &Semaphore, number: u64) -> u64 {
    let _permit = network.acquire().await.expect("it is never closed");
    sleep(Duration::from_millis(10 + 5 * number)).await;
    number * 100
}

async fn upload(network: &Semaphore, size: u64) {
    let _permit = network.acquire().await.expect("it is never closed");
    sleep(Duration::from_millis(10)).await;
    println!("{size} bytes are copied");
}

#[kettle::main]
async fn main() {
    let network = Semaphore::new(3);
    let mut copies =
        stream::iter(0..10).map(|number| download(&network, number)).buffer_unordered(4);
    while let Some(size) = copies.next().await {
        upload(&network, size).await;
    }
}
