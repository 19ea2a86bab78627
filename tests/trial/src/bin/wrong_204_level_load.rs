//! A game loads a level: it builds the ground of each region, and yields after each, so that the music goes on.
//!
//! Wrong: a region takes most of a second, so the music (a timer of 30 ms) stops for as long. One `yield_now` in the outer loop is not
//! enough.
//!
//! Expected: `never_yields` of task 1. The cure: a `yield_now` in the inner loop, or a blocking job.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::hint::black_box;
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::interval;

fn height(x: u32, y: u32) -> u32 {
    let mut height = x ^ y.rotate_left(7);
    for octave in 1..40 {
        height = black_box(height.wrapping_mul(0x9E37_79B9) ^ (height >> octave % 17));
    }
    height % 100
}

async fn load(regions: u32) -> u64 {
    let mut ground = 0;
    for region in 0..regions {
        for x in 0..1_500 {
            for y in 0..1_500 {
                ground += u64::from(height(region * 1_500 + x, y));
            }
        }
        yield_now().await; // let the music play
    }
    ground
}

#[kettle::main]
async fn main() {
    let level = kettle::spawn(load(3));
    let mut note = interval(Duration::from_millis(30));
    let mut notes = 0;
    while !level.is_finished() {
        note.tick().await;
        notes += 1;
    }
    println!("{} in {notes} notes", level.await.unwrap());
}
