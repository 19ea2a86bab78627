//! A puzzle is solved by trying; `timeout` gives it two fifths of a second, and a clock ticks beside it.
//!
//! Right: the search yields every few milliseconds, so the limit comes between, and so does the clock.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::Cell;
use std::time::{Duration, Instant};

use kettle::task::yield_now;
use kettle::time::{interval, timeout};

fn steps_to_one(mut number: u64) -> u64 {
    let mut steps = 0;
    while number != 1 {
        number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
        steps += 1;
    }
    steps
}

/// The longest way of the rule of Collatz so far.
async fn search(best: &Cell<u64>) {
    let mut slice = Instant::now();
    for start in 1_u64.. {
        best.set(best.get().max(steps_to_one(start)));
        if start % 8 == 0 && slice.elapsed() > Duration::from_millis(4) {
            yield_now().await;
            slice = Instant::now();
        }
    }
}

async fn tick() {
    let mut second = interval(Duration::from_millis(100));
    for _ in 0..8 {
        second.tick().await;
    }
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(tick());
    let best = Cell::new(0);
    let in_time = timeout(Duration::from_millis(400), search(&best)).await.is_ok();
    println!("the search has ended: {in_time}; a way was found: {}", best.get() > 0);
    clock.await.unwrap();
}
