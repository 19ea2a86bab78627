//! A scheduler whose next times all lie in the past: after a long pause it makes up for three hundred runs, without a wait.
//!
//! Right: each run does some work, and the backlog ends: it takes a fifth of a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::hint::black_box;
use std::time::{Duration, Instant as Clock};

use kettle::time::{Instant, sleep, sleep_until};

fn job() -> u64 {
    let (begun, mut sum) = (Clock::now(), 0_u64);
    while begun.elapsed() < Duration::from_micros(600) {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(7));
    }
    sum
}

#[kettle::main]
async fn main() {
    let mut next = Instant::now();
    sleep(Duration::from_millis(1_000)).await; // the machine was asleep
    let other = kettle::spawn(async {
        for _ in 0..30 {
            sleep(Duration::from_millis(20)).await;
        }
    });
    let mut sum = 0;
    for _ in 0..300 {
        sleep_until(next).await;
        next += Duration::from_millis(2);
        sum ^= job();
    }
    other.await.unwrap();
    println!("{}", sum % 2);
}
