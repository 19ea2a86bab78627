// Two cameras over one belt. Each frame is decoded, both sides are put together, and a pair is stored.
use std::time::{Duration, Instant};

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::sleep;

const PAIRS: u32 = 12;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn reread(frame: u32) -> u32 {
    sleep(ms(500)).await;
    frame
}

async fn left(out: Sender<u32>) {
    for frame in 0..PAIRS {
        sleep(ms(10)).await;
        out.send(frame).await.unwrap();
    }
}

async fn right(out: Sender<u32>) {
    for frame in 0..PAIRS {
        sleep(ms(10)).await;
        let frame = if frame == 3 { reread(frame).await } else { frame };
        out.send(frame).await.unwrap();
    }
}

async fn merge(mut left: Receiver<u32>, mut right: Receiver<u32>, out: Sender<(u32, u32)>) {
    while let Some(l) = left.recv().await {
        let r = right.recv().await.expect("as many on the right");
        assert_eq!(l, r);
        out.send((l, r)).await.unwrap();
    }
}

async fn rotate() {
    sleep(ms(400)).await;
}

async fn store(mut pairs: Receiver<(u32, u32)>) -> u32 {
    let mut stored = 0;
    while let Some((frame, _)) = pairs.recv().await {
        if frame == 6 {
            rotate().await;
        }
        stored += 1;
    }
    stored
}

#[kettle::main]
async fn main() {
    let begun = Instant::now();
    let (left_tx, left_rx) = mpsc::channel(1);
    let (right_tx, right_rx) = mpsc::channel(1);
    let (pair_tx, pair_rx) = mpsc::channel(2);
    let left = kettle::spawn(left(left_tx));
    let right = kettle::spawn(right(right_tx));
    kettle::spawn(merge(left_rx, right_rx, pair_tx));
    let store = kettle::spawn(store(pair_rx));
    left.await.unwrap();
    println!("left done after {:?}", begun.elapsed());
    right.await.unwrap();
    println!("{} pairs stored after {:?}", store.await.unwrap(), begun.elapsed());
}
