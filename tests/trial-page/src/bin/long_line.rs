//! A queue of stamps to count, and a lamp that is to blink.

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

fn look_at(stamp: u32) -> u32 {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_micros(400) {}
    stamp % 7
}

async fn count(mut stamps: mpsc::UnboundedReceiver<u32>) -> u32 {
    let mut rare = 0;
    while let Some(stamp) = stamps.recv().await {
        rare += u32::from(look_at(stamp) == 0);
    }
    rare
}

async fn lamp() {
    let mut blink = interval(Duration::from_millis(10));
    for _ in 0..15 {
        blink.tick().await;
    }
}

#[kettle::main]
async fn main() {
    let (stamp, stamps) = mpsc::unbounded_channel();
    let lamp = kettle::spawn(lamp());
    let counting = kettle::spawn(count(stamps));
    sleep(Duration::from_millis(25)).await;
    for number in 0..300 {
        stamp.send(number).unwrap();
    }
    drop(stamp);
    println!("{} rare stamps", counting.await.unwrap());
    lamp.await.unwrap();
}
