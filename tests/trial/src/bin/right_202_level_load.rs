//! A game loads a level, and yields after each few milliseconds of work, so that the music goes on.
//!
//! Right: most of the time is taken by one task, for two seconds, but no poll is long.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::hint::black_box;
use std::time::{Duration, Instant};

use kettle::task::yield_now;
use kettle::time::interval;

async fn load(regions: u64) -> u64 {
    let mut ground = 1_u64;
    for region in 0..regions {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(4) {
            for x in 0..1_000 {
                ground = black_box(ground.wrapping_mul(0x9E37_79B9) ^ (region + x));
            }
        }
        yield_now().await;
    }
    ground
}

#[kettle::main]
async fn main() {
    let level = kettle::spawn(load(500));
    let mut note = interval(Duration::from_millis(30));
    let mut notes = 0;
    while !level.is_finished() {
        note.tick().await;
        notes += 1;
    }
    println!("{} in {notes} notes", level.await.unwrap() % 10);
}
