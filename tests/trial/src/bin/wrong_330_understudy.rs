//! A log of events goes over a `broadcast`. When a reader is tired, an understudy takes over, with `resubscribe`.
//!
//! Wrong: `resubscribe` begins at the end of the channel, not where the old reader was: the understudy misses the two events that are still there, and waits for them.
//!
//! Expected: `deadlock`. Task 1 waits for a value of the broadcast, whose sender `main` still has, and `main` waits for task 1. The cure: hand over the receiver itself (move it), or subscribe before the events are sent.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::broadcast;

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
    for event in 0..EVENTS {
        stage.send(event).unwrap();
    }
    let mut sum = 0;
    for _ in 0..2 {
        sum += events.recv().await.unwrap();
    }
    let rest = kettle::spawn(understudy(events.resubscribe(), 2));
    sum += rest.await.unwrap();
    println!("{sum} in all, {} listen", stage.receiver_count());
}
