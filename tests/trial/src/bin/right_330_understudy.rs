//! A log of events goes over a `broadcast`. When a reader is tired, an understudy takes over, with `resubscribe`.
//!
//! Right: the understudy is made before the events of its half are sent.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use kettle::sync::broadcast;
use kettle::time::{Duration, sleep};

const EVENTS: u32 = 4;

async fn understudy(mut events: broadcast::Receiver<u32>, first: u32) -> u32 {
    let mut sum = 0;
    for _ in first..EVENTS {
        sum += events.recv().await.unwrap();
    }
    sum
}

#[kettle::main]
async fn main() {
    let (stage, mut events) = broadcast::channel(16);
    stage.send(0).unwrap();
    stage.send(1).unwrap();
    let rest = kettle::spawn(understudy(events.resubscribe(), 2));
    let mut sum = 0;
    for _ in 0..2 {
        sum += events.recv().await.unwrap();
    }
    sleep(Duration::from_millis(500)).await; // the interval
    for event in 2..EVENTS {
        stage.send(event).unwrap();
    }
    sum += rest.await.unwrap();
    println!("{sum} in all, {} listen", stage.receiver_count());
}
