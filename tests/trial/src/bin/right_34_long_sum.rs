//! A long computation in a task, in portions of three milliseconds with a `yield_now` between two, for two
//! seconds. A heartbeat goes on.
//!
//! Suspicious: the processor is busy all the time, with one task. Right: the others get their turns.
//!
//! doctor: silence

use std::hint::black_box;
use std::time::{Duration, Instant};

use kettle::task::yield_now;
use kettle::time::interval;

#[kettle::main]
async fn main() {
    let heart = kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(20));
        loop {
            beat.tick().await;
        }
    });
    let sum = kettle::spawn(async {
        let (began, mut sum) = (Instant::now(), 0_u64);
        while began.elapsed() < Duration::from_secs(2) {
            let portion = Instant::now();
            while portion.elapsed() < Duration::from_millis(3) {
                sum = black_box(sum.wrapping_mul(31).wrapping_add(7));
            }
            yield_now().await;
        }
        sum
    });
    println!("{}", sum.await.expect("it doesn't panic"));
    heart.abort();
}
