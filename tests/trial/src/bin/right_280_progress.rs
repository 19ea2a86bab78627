//! Right: a job computes for two seconds and tells how far it is, into a channel with room for one.
//!
//! doctor: silence

use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn compute(progress: &mpsc::Sender<u32>) -> u64 {
    let mut sum = 0_u64;
    for part in 0..10 {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(200) {
            sum = (0..10_000).fold(sum, |sum, n| sum.wrapping_mul(31).wrapping_add(n));
        }
        progress.blocking_send(part * 10 + 10).unwrap();
    }
    sum
}

#[kettle::main]
async fn main() {
    let (progress, mut percent) = mpsc::channel(1);
    let job = spawn_blocking(move || compute(&progress));
    while let Some(percent) = percent.recv().await {
        println!("{percent} %");
    }
    println!("{}", job.await.unwrap());
}
