//! A game against the computer on a server: it thinks in an `async fn` that calls itself, move by move, and a clock beside
//! it is to show the time that is left.
//!
//! Wrong: the many `.await`s have nothing to wait for, so the whole search is one poll, and the clock prints nothing.
//!
//! Expected: `never_yields`, at the task that thinks. The cure: `yield_now` now and then, or `spawn_blocking`.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::pin::Pin;
use std::time::Duration;

use kettle::time::{Instant, interval};

/// A heap of sticks from which two players take one to three each; who takes the last one loses.
#[derive(Clone, Copy)]
struct Game {
    sticks: u32,
    mine: bool,
}

async fn score(game: Game) -> i32 {
    if game.sticks == 0 {
        return if game.mine { 1 } else { -1 };
    }
    let mut sum = 0;
    for taken in 1..=game.sticks.min(3) {
        let next = Game { sticks: game.sticks - taken, mine: !game.mine };
        sum += score_boxed(next).await.signum();
    }
    sum
}

fn score_boxed(game: Game) -> Pin<Box<dyn Future<Output = i32> + Send>> {
    Box::pin(score(game))
}

async fn best_move(sticks: u32) -> u32 {
    let mut best = (i32::MIN, 1);
    for taken in 1..=3 {
        let score = score(Game { sticks: sticks - taken, mine: false }).await;
        best = best.max((score, taken));
    }
    best.1
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let begun = Instant::now();
        let mut seconds = interval(Duration::from_millis(100));
        loop {
            seconds.tick().await;
            println!("{} ms have passed", begun.elapsed().as_millis());
        }
    });
    for sticks in [10, 15, 28] {
        let taken = kettle::spawn(best_move(sticks)).await.unwrap();
        println!("of {sticks} sticks the computer takes {taken}");
    }
    clock.abort();
}
