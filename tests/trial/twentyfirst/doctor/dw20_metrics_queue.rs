// WRONG. Each request puts a metric into an unbounded channel; the exporter takes 1 ms for each, requests come 20 at a time each 2 ms.
// The channel grows until memory ends (here: 4 s).
// EXPECT: growing_channel (hint). Place: the channel / sender. CURE: a bounded channel (send waits) or a faster exporter (batches).
use kettle::sync::mpsc;
use std::time::{Duration, Instant};

async fn export(mut metrics: mpsc::UnboundedReceiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(metric) = metrics.recv().await {
        kettle::time::sleep(Duration::from_millis(1)).await;
        sum += metric;
    }
    sum
}

#[kettle::main]
async fn main() {
    let (sender, metrics) = mpsc::unbounded_channel();
    let exporter = kettle::spawn(export(metrics));
    let begin = Instant::now();
    let mut tick = kettle::time::interval(Duration::from_millis(2));
    while begin.elapsed() < Duration::from_secs(4) {
        tick.tick().await;
        for request in 0..20 {
            sender.send(request).unwrap();
        }
    }
    exporter.abort();
    println!("requests are over");
}
