// WRONG. A lock and a channel: the producer sends (bounded) while it has the state's lock; the consumer takes that lock before each
// recv. The channel is full: circle.
// EXPECT: deadlock: producer waits for room at `out.send`, consumer waits for the lock; the producer took it. CURE: drop the guard before `send`.
use kettle::sync::{Mutex, mpsc};
use std::sync::Arc;

#[derive(Default)]
struct Stats {
    sent: u32,
    received: u32,
}

async fn produce(out: mpsc::Sender<u32>, stats: Arc<Mutex<Stats>>) {
    for batch in 0..5 {
        let mut stats = stats.lock().await;
        for item in 0..6 {
            out.send(batch * 10 + item).await.unwrap();
            stats.sent += 1;
        }
    }
}

async fn consume(mut input: mpsc::Receiver<u32>, stats: Arc<Mutex<Stats>>) {
    loop {
        let Some(item) = input.recv().await else { return };
        let mut stats = stats.lock().await;
        stats.received += 1;
        if item % 10 == 0 {
            println!("batch {}", item / 10);
        }
    }
}

#[kettle::main]
async fn main() {
    let stats = Arc::new(Mutex::new(Stats::default()));
    let (out, input) = mpsc::channel(2);
    let producer = kettle::spawn(produce(out, stats.clone()));
    let consumer = kettle::spawn(consume(input, stats.clone()));
    producer.await.unwrap();
    consumer.await.unwrap();
    let stats = stats.lock().await;
    println!("{} {}", stats.sent, stats.received);
}
