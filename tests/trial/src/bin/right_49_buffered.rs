//! Twenty downloads, five at a time with `buffer_unordered`; each waits for a lock for a moment. The loop's body
//! waits, too, for a timer, so the downloads stop meanwhile.
//!
//! Suspicious: futures that have a turn at a lock and aren't polled for 40 ms. Right: they are polled again.
//!
//! doctor: silence

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn download(log: &Mutex<Vec<u64>>, number: u64) -> u64 {
    log.lock().await.push(number);
    sleep(Duration::from_millis(30)).await;
    log.lock().await.push(number + 100);
    number
}

#[kettle::main]
async fn main() {
    let log = Mutex::new(Vec::new());
    let mut done = stream::iter(0..20).map(|number| download(&log, number)).buffer_unordered(5);
    let mut sum = 0;
    while let Some(number) = done.next().await {
        sum += number;
        sleep(Duration::from_millis(40)).await;
    }
    drop(done);
    println!("{sum}, {} lines", log.lock().await.len());
}
