//! Clicks are collected in a channel without a limit, and every 1.4 s they are written as one batch.
//!
//! Right: some 4,000 values are there at most, and each batch empties the channel. Near to: `growing_channel`.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval_at, sleep, Instant};

async fn write(batch: &[u64]) -> u64 {
    sleep(Duration::from_millis(50)).await;
    batch.iter().sum()
}

async fn archive(mut clicks: mpsc::UnboundedReceiver<u64>) -> u64 {
    let period = Duration::from_millis(1400);
    let mut due = interval_at(Instant::now() + period, period);
    let mut sum = 0;
    loop {
        due.tick().await;
        let mut batch = Vec::new();
        let count = clicks.recv_many(&mut batch, 100_000).await;
        if count == 0 {
            return sum;
        }
        sum += write(&batch).await;
    }
}

async fn visitors(page: u64, out: mpsc::UnboundedSender<u64>) {
    for click in 0..200 {
        for _ in 0..7 {
            let _ = out.send(page * click);
        }
        sleep(Duration::from_millis(10)).await;
    }
}

#[kettle::main]
async fn main() {
    let (out, clicks) = mpsc::unbounded_channel();
    let archive = kettle::spawn(archive(clicks));
    for page in 1..=4 {
        kettle::spawn(visitors(page, out.clone()));
    }
    drop(out);
    println!("{}", archive.await.unwrap());
}
