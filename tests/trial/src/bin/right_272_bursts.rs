//! Right: each half second a burst of ten thousand values goes into a channel without a limit, and is drained at once.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn bursts(out: mpsc::UnboundedSender<u32>) {
    for burst in 0..6 {
        for value in 0..10_000 {
            out.send(burst * 10_000 + value).unwrap();
        }
        sleep(Duration::from_millis(500)).await;
    }
}

#[kettle::main]
async fn main() {
    let (out, mut values) = mpsc::unbounded_channel();
    kettle::spawn(bursts(out));
    let mut batch = Vec::new();
    let mut all = 0;
    while values.recv_many(&mut batch, 4096).await > 0 {
        all += batch.len();
        batch.clear();
    }
    println!("{all} values");
}
