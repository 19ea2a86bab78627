//! Three games are computed on one thread. Each search works for some 5 ms, yields, and goes on, for 2 s in all; a clock ticks beside them.
//!
//! Right: each poll is short, and the clock is late by some ms only. Near to: `never_yields`, `blocking_poll` in sum, `busy_loop`.
//!
//! Expected: silent.

use std::hint::black_box;
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::{Instant, MissedTickBehavior, interval};

async fn search(seed: u64, until: Instant) -> u64 {
    let mut best = seed;
    while Instant::now() < until {
        let slice = Instant::now();
        while slice.elapsed() < Duration::from_millis(5) {
            for _ in 0..1000 {
                best = black_box(best.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
            }
        }
        yield_now().await;
    }
    best
}

async fn clock() -> u32 {
    let mut tick = interval(Duration::from_millis(100));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for n in 0..15 {
        tick.tick().await;
        print!("{n} ");
    }
    println!();
    15
}

#[kettle::main]
async fn main() {
    let until = Instant::now() + Duration::from_secs(2);
    let clock = kettle::spawn(clock());
    let games: Vec<_> = (1..=3).map(|seed| kettle::spawn(search(seed, until))).collect();
    for game in games {
        black_box(game.await.unwrap());
    }
    println!("{} ticks", clock.await.unwrap());
}
