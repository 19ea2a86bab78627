//! An access log: handlers send a line for each request to a writer that needs a while for each.
//!
//! The mistake: the channel has no limit and the writer is far too slow, so the queue (and the memory)
//! grows for as long as the service runs.
//!
//! Expected: a hint that a channel without limit grows and grows. Cure: a channel with a limit (and to wait
//! or drop lines when it is full), or a faster writer.
//!
//! doctor: `growing_channel`
//! ends: by itself (after five seconds)

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

async fn handlers(log: mpsc::UnboundedSender<String>) {
    let mut requests = interval(Duration::from_millis(5));
    let mut count = 0_u64;
    loop {
        requests.tick().await;
        for _ in 0..30 {
            count += 1;
            if log.send(format!("GET /page/{count} 200")).is_err() {
                return;
            }
        }
    }
}

async fn write(mut lines: mpsc::UnboundedReceiver<String>) {
    let mut size = 0;
    while let Some(line) = lines.recv().await {
        sleep(Duration::from_millis(2)).await; // the disk
        size += line.len();
    }
    println!("{size} bytes");
}

#[kettle::main]
async fn main() {
    let (log, lines) = mpsc::unbounded_channel();
    kettle::spawn(write(lines));
    kettle::spawn(handlers(log));
    sleep(Duration::from_secs(5)).await;
    println!("good night");
}
