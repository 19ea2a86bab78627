//! A game: a thread reads the game pad and hands the keys on by a channel of std's. A second task moves the ball, a hundred times a second.
//!
//! Wrong: the game's loop waits up to 40 ms for a key with `recv_timeout`, which blocks the thread, and lets the ball move only in between.
//!
//! Expected: `blocking_poll` of `main`: many short polls, which in sum block the thread. The cure: a channel of `kettle::sync::mpsc`
//! (`blocking_send` in the thread), with `recv().await` under `timeout` or in a `select!`.
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::{MissedTickBehavior, interval};

static MOVES: AtomicU32 = AtomicU32::new(0);

fn read_pad(keys: Sender<char>) {
    for key in "lrllrlr".chars() {
        std::thread::sleep(Duration::from_millis(500));
        if keys.send(key).is_err() {
            return;
        }
    }
}

async fn move_the_ball() {
    let mut step = interval(Duration::from_millis(10));
    step.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        step.tick().await;
        MOVES.fetch_add(1, Ordering::Relaxed);
    }
}

#[kettle::main]
async fn main() {
    let (sender, keys) = channel();
    std::thread::spawn(move || read_pad(sender));
    let ball = kettle::spawn(move_the_ball());
    loop {
        match keys.recv_timeout(Duration::from_millis(40)) {
            Ok(key) => println!("key {key}"),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        yield_now().await;
    }
    ball.abort();
    println!("the ball has moved {} times in 3.5 s", MOVES.load(Ordering::Relaxed));
}
