//! A producer and a consumer of measured values end together, each politely after the other one.
//!
//! Wrong: the producer waits with `closed()` until the consumer is gone, to be sure that all was taken. The consumer is done at the
//! end of the channel, which comes when the sender is dropped. Each waits for the other one to go first.
//!
//! Expected: `deadlock`: a task waits for a value of channel 1, the other one for that channel's end. The cure: drop the sender and
//! await the consumer's handle.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::mpsc;

async fn produce(values: mpsc::Sender<u32>) -> u32 {
    for n in 0..10 {
        if values.send(n * n).await.is_err() {
            return n;
        }
    }
    values.closed().await; // all of them have arrived then
    10
}

async fn consume(mut values: mpsc::Receiver<u32>) -> u32 {
    let mut sum = 0;
    while let Some(value) = values.recv().await {
        sum += value;
    }
    sum
}

#[kettle::main]
async fn main() {
    let (sender, receiver) = mpsc::channel(2);
    let producer = kettle::spawn(produce(sender));
    let sum = kettle::spawn(consume(receiver)).await.unwrap();
    println!("{} values, {sum} in sum", producer.await.unwrap());
}
