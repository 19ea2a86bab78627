//! A chess program thinks on the opponent's time: for each likely answer a job computes a move in advance.
//!
//! Right: three of four jobs are for nothing. They are aborted, which one that has begun doesn't notice, and their results go
//! nowhere; `main` returns while one still computes, and the runtime waits for it for a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::{Duration, Instant};

use kettle::task::spawn_blocking;
use kettle::time::sleep;

fn think(answer: u64, time: Duration) -> u64 {
    let begun = Instant::now();
    let mut best = answer;
    while begun.elapsed() < time {
        best = best.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    }
    best % 64
}

#[kettle::main]
async fn main() {
    for turn in 0..3 {
        let mut jobs: Vec<_> = (0..4)
            .map(|answer| {
                let time = Duration::from_millis(if answer == 3 { 900 } else { 150 });
                spawn_blocking(move || think(answer, time))
            })
            .collect();
        sleep(Duration::from_millis(200)).await; // the opponent
        let ours = jobs.swap_remove(turn % 2);
        for other in jobs {
            other.abort();
        }
        println!("turn {turn}: {}", ours.await.unwrap());
    }
}
