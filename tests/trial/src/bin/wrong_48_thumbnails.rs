//! Thumbnails are made one after another, as a stream of futures; a heartbeat has to be sent all the while.
//!
//! The mistake: no future of the stream ever waits, so one poll makes all of them.
//!
//! Expected: `never_yields`. Cure: `yield_now` between two, or `spawn_blocking`.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::hint::black_box;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use kettle::time::interval;

async fn thumbnail(number: u32) -> u32 {
    (0..500_000).fold(number, |sum, pixel| black_box(sum.wrapping_mul(31).wrapping_add(pixel)))
}

#[kettle::main]
async fn main() {
    kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(50));
        loop {
            beat.tick().await;
        }
    });
    kettle::task::yield_now().await;
    let sum = stream::iter(0..120).then(thumbnail).fold(0_u32, async |sum, one| sum ^ one).await;
    println!("{sum}");
}
