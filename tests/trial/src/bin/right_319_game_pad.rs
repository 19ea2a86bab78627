//! A game: a thread reads the game pad and hands the keys to the loop by a channel of kettle's. The loop moves the ball a hundred times a second.
//!
//! Right: only the thread blocks. When it ends, the channel ends, and with it the game.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::sync::watch;
use kettle::time::{MissedTickBehavior, interval};

fn read_pad(keys: Sender<char>) {
    for key in "lrllrlr".chars() {
        thread::sleep(Duration::from_millis(250));
        if keys.blocking_send(key).is_err() {
            return;
        }
    }
}

async fn show(mut position: watch::Receiver<i32>) -> u32 {
    let mut frames = 0;
    while position.changed().await.is_ok() {
        position.borrow_and_update();
        frames += 1;
    }
    frames
}

#[kettle::main]
async fn main() {
    let (sender, mut keys) = mpsc::channel(4);
    let pad = thread::spawn(move || read_pad(sender));
    let (ball, position) = watch::channel(0);
    let screen = kettle::spawn(show(position));
    let mut step = interval(Duration::from_millis(10));
    step.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut speed = 1;
    loop {
        kettle::select! {
            biased;
            key = keys.recv() => match key {
                Some('l') => speed = -1,
                Some(_) => speed = 1,
                None => break,
            },
            _ = step.tick() => ball.send_modify(|position| *position += speed),
        }
    }
    pad.join().unwrap(); // it has dropped its sender as its last act
    drop(ball);
    println!("several frames: {}", screen.await.unwrap() > 10);
}
