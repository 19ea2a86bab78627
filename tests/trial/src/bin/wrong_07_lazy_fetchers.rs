//! Fetches five pages side by side and adds up their sizes, which come through a channel.
//!
//! The mistake: `fetch` is an `async fn`. The vector holds its futures, which do nothing until they
//! are polled, and nobody spawns or awaits them. They also hold the senders.
//!
//! Expected: `main` waits for a value of a channel that nobody will ever send. Cure: spawn the futures
//! (or join them). "Drop a sender" would be the wrong cure: then the sum is zero.
//!
//! doctor: `deadlock` | `unpolled`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn fetch(url: String, sizes: mpsc::Sender<usize>) {
    sleep(Duration::from_millis(10)).await;
    let body = format!("<html>{url}</html>");
    if sizes.send(body.len()).await.is_err() {
        eprintln!("nobody wants {url}");
    }
}

#[kettle::main]
async fn main() {
    let (sizes, mut inbox) = mpsc::channel(16);
    let fetchers: Vec<_> =
        (0..5).map(|page| fetch(format!("http://localhost/{page}"), sizes.clone())).collect();
    drop(sizes);
    println!("started {} fetchers", fetchers.len());
    let mut sum = 0;
    while let Some(size) = inbox.recv().await {
        sum += size;
    }
    println!("{sum} bytes");
    drop(fetchers);
}
