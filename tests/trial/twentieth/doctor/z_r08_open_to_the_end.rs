//! `main` keeps a sender until the end of the program, to be able to speak to late comers. Its workers are told to stop by
//! `closed()`, when the receiver has gone.
//!
//! Right: the consumer ends after its last value by itself, and then `closed()` fires in all producers, who have waited for it for 1.5 s. Near to: a
//! channel whose own sender is kept.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

async fn produce(name: u32, out: mpsc::Sender<u32>) -> u32 {
    for n in 0..10 {
        if out.send(name * 100 + n).await.is_err() {
            return n;
        }
    }
    out.closed().await;
    10
}

async fn consume(mut values: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    while let Ok(Some(value)) = timeout(Duration::from_millis(1500), values.recv()).await {
        sum += value;
        if value % 100 == 5 {
            sleep(Duration::from_millis(40)).await;
        }
    }
    sum
}

#[kettle::main]
async fn main() {
    let (out, values) = mpsc::channel(3);
    let consumer = kettle::spawn(consume(values));
    let producers: Vec<_> = (1..=3).map(|name| kettle::spawn(produce(name, out.clone()))).collect();
    let mut sent = 0;
    for producer in producers {
        sent += producer.await.unwrap();
    }
    println!("{sent} values, sum {}", consumer.await.unwrap());
    assert!(out.is_closed());
}
