//! A game: the world goes on by one step each 50 ms, and two players look at it.
//!
//! Wrong: the loop asks the clock and yields until a step is due: it takes the processor to wait.
//!
//! Expected: `busy_loop` of task 1 in its inner loop. The cure: `interval` (or `sleep_until`). (Each 50 ms a value is sent. The page says
//! that hardly anything else happens: a value in thousands of rounds.)
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::time::{Duration, Instant};

use kettle::sync::watch;
use kettle::task::yield_now;

const STEP: Duration = Duration::from_millis(50);

async fn world(state: watch::Sender<u32>, steps: u32) {
    let mut next = Instant::now();
    for step in 1..=steps {
        next += STEP;
        while Instant::now() < next {
            yield_now().await;
        }
        state.send_replace(step);
    }
}

async fn player(mut state: watch::Receiver<u32>) -> u32 {
    let mut seen = 0;
    while state.changed().await.is_ok() {
        seen += u32::from(*state.borrow_and_update() > 0);
    }
    seen
}

#[kettle::main]
async fn main() {
    let (state, view) = watch::channel(0);
    let players = [kettle::spawn(player(view.clone())), kettle::spawn(player(view))];
    kettle::spawn(world(state, 100)).await.unwrap();
    for player in players {
        println!("{} steps seen", player.await.unwrap());
    }
}
