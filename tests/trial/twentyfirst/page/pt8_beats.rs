// A heartbeat each 100 ms, so that the cluster keeps this node; beside it documents are parsed.
use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::task::yield_now;
use kettle::time::{interval, sleep};

async fn heartbeat(beats: u32) {
    let mut clock = interval(Duration::from_millis(100));
    let began = kettle::time::Instant::now();
    for beat in 0..beats {
        let due = clock.tick().await;
        let late = began.elapsed().saturating_sub(Duration::from_millis(100) * beat);
        if late > Duration::from_millis(50) {
            println!("beat {beat} was {late:?} late (due {:?})", due - began);
        }
    }
}

/// All processor and no await.
fn parse(size: u64) -> u64 {
    let began = Instant::now();
    let mut sum = 0_u64;
    while began.elapsed() < Duration::from_millis(size) {
        sum = sum.wrapping_mul(31).wrapping_add(7);
    }
    sum
}

async fn documents(mut inbox: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(size) = inbox.recv().await {
        sum ^= parse(size);
        yield_now().await;
    }
    sum
}

async fn crawler(found: mpsc::Sender<u64>) {
    for size in [30, 30, 400, 30] {
        sleep(Duration::from_millis(150)).await;
        if found.send(size).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (found, inbox) = mpsc::channel(8);
    let heartbeat = kettle::spawn(heartbeat(13));
    let documents = kettle::spawn(documents(inbox));
    kettle::spawn(crawler(found));
    heartbeat.await.unwrap();
    println!("{:x}", documents.await.unwrap());
}
