//! Measured values are stored in batches: as soon as there are a hundred, or when the first of them is 50 ms old.
//!
//! Wrong: `select!` makes a new `sleep` in each round, so each value begins the 50 ms anew. With a value every 20 ms the limit
//! never comes, and the first batch is stored at the end of the channel.
//!
//! Expected: nothing can be told: a limit that begins anew with each value is often what is meant. The cure: make the `Sleep`
//! outside of the loop, and `reset` it when a batch begins.
//!
//! doctor: can't be told

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{Instant, interval, sleep};

async fn store_in_batches(mut values: mpsc::Receiver<f64>) -> Vec<(usize, Duration)> {
    let begun = Instant::now();
    let mut stored = Vec::new();
    let mut batch = Vec::new();
    loop {
        kettle::select! {
            value = values.recv() => match value {
                Some(value) if batch.len() < 99 => batch.push(value),
                Some(_) => {
                    stored.push((batch.len() + 1, begun.elapsed()));
                    batch.clear();
                }
                None => {
                    stored.push((batch.len(), begun.elapsed()));
                    return stored;
                }
            },
            () = sleep(Duration::from_millis(50)) => {
                stored.push((batch.len(), begun.elapsed()));
                batch.clear();
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, values) = mpsc::channel(16);
    let store = kettle::spawn(store_in_batches(values));
    let mut clock = interval(Duration::from_millis(20));
    for n in 0..90 {
        clock.tick().await;
        send.send(f64::from(n).sqrt()).await.expect("the store is there");
    }
    drop(send);
    println!("batches, and when they were stored: {:?}", store.await.unwrap());
}
