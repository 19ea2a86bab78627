//! Four workers wait for the word to start, on a `broadcast` channel.
//!
//! The mistake: each subscribes when it runs for the first time, and `main` sends the word before that.
//!
//! Expected: a deadlock: four tasks wait for a value, and main for them. Cure: subscribe before spawning
//! (before the word is sent). It isn't enough to drop the sender: then they end with an error.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::broadcast;
use kettle::task::JoinSet;

#[kettle::main]
async fn main() {
    let (start, first) = broadcast::channel::<u32>(4);
    let mut workers = JoinSet::new();
    for number in 0..4 {
        let start = start.clone();
        workers.spawn(async move {
            let shift = start.subscribe().recv().await.expect("the word comes");
            println!("worker {number} begins shift {shift}");
        });
    }
    start.send(7).expect("main itself has a receiver");
    while let Some(ended) = workers.join_next().await {
        ended.expect("it doesn't panic");
    }
    drop(first);
}
