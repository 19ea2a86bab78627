//! A build's tasks are taken out of their `JoinSet` by `try_join_next`, since the loop has to draw a picture of the progress in between, too.
//!
//! Right: if none has ended it draws, which takes a millisecond or two, and yields; so tasks and timers come on for the two seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::task::{JoinSet, yield_now};
use kettle::time::sleep;

fn draw(frame: u64) -> u64 {
    (0..60_000_u64).fold(frame, |pixels, n| (pixels ^ n).wrapping_mul(31))
}

#[kettle::main]
async fn main() {
    let mut steps: JoinSet<u64> = (1..20)
        .map(|n| async move {
            sleep(Duration::from_millis(n * 100)).await;
            n
        })
        .collect();
    let (mut done, mut frames) = (0, 0);
    while !steps.is_empty() {
        if let Some(step) = steps.try_join_next() {
            done += step.unwrap();
        } else {
            frames = draw(frames);
            yield_now().await;
        }
    }
    println!("{done} {frames}");
}
