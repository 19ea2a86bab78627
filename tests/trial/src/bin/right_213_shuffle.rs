//! A card server shuffles in small steps, and yields after each card: many thousand times in a row.
//!
//! Right: each step does something; no other way to be polite to others is there. It lasts for two seconds, and another task sleeps.
//!
//! Expected: silent: a loop that makes progress. (A step takes longer than 8 µs.)
//!
//! doctor: silence

use std::hint::black_box;
use std::time::{Duration, Instant};

use kettle::task::yield_now;
use kettle::time::sleep;

fn step(seed: &mut u64, cards: &mut [u32]) {
    for _ in 0..2_000 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (a, b) = ((*seed >> 33) as usize % cards.len(), (*seed >> 40) as usize % cards.len());
        cards.swap(black_box(a), black_box(b));
    }
}

#[kettle::main]
async fn main() {
    let dealer = kettle::spawn(async {
        sleep(Duration::from_millis(2_500)).await;
        "deals"
    });
    let shuffler = kettle::spawn(async {
        let (mut cards, mut seed, begun) = ((0..52).collect::<Vec<u32>>(), 7, Instant::now());
        while begun.elapsed() < Duration::from_secs(2) {
            step(&mut seed, &mut cards);
            yield_now().await;
        }
        cards
    });
    println!("{:?}", shuffler.await.unwrap());
    println!("{}", dealer.await.unwrap());
}
