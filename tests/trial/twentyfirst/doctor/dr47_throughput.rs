// RIGHT. Heavy traffic: four producers, one consumer over a bounded channel for 3 s, batches by recv_many; nothing is computed. EXPECT: silence.
use kettle::sync::mpsc;
use std::time::{Duration, Instant};

#[kettle::main]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(100);
    let end = Instant::now() + Duration::from_secs(3);
    for id in 0..4_u64 {
        let sender = sender.clone();
        kettle::spawn(async move {
            let mut n = id;
            while Instant::now() < end {
                sender.send(n).await.unwrap();
                n += 4;
            }
        });
    }
    drop(sender);
    let mut batch = Vec::new();
    let mut count = 0;
    while receiver.recv_many(&mut batch, 64).await > 0 {
        count += batch.drain(..).count();
    }
    println!("{}", count > 1000);
}
