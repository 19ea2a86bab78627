//! A game draws a frame each 16 ms and asks with `try_recv` what the players have done since.
//!
//! Right: the loop waits for the next frame in each round, and often finds nothing.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{MissedTickBehavior, interval, sleep};

enum Input {
    Left,
    Right,
    Quit,
}

async fn player(inputs: mpsc::Sender<Input>, moves: &'static str) {
    for step in moves.chars() {
        sleep(Duration::from_millis(110)).await;
        let input = if step == 'l' { Input::Left } else { Input::Right };
        if inputs.send(input).await.is_err() {
            return;
        }
    }
    sleep(Duration::from_millis(600)).await; // thinks
    let _ = inputs.send(Input::Quit).await;
}

async fn game(mut inputs: mpsc::Receiver<Input>, players: usize) -> (i32, u32) {
    let mut frame = interval(Duration::from_millis(16));
    frame.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (mut position, mut drawn, mut left) = (0, 0, players);
    while left > 0 {
        frame.tick().await;
        while let Ok(input) = inputs.try_recv() {
            match input {
                Input::Left => position -= 1,
                Input::Right => position += 1,
                Input::Quit => left -= 1,
            }
        }
        drawn += 1;
    }
    (position, drawn)
}

#[kettle::main]
async fn main() {
    let (inputs, received) = mpsc::channel(16);
    for moves in ["llrll", "rrrrlrr"] {
        kettle::spawn(player(inputs.clone(), moves));
    }
    let (position, drawn) = kettle::spawn(game(received, 2)).await.expect("the game");
    println!("at {position}, many frames: {}", drawn > 20);
    drop(inputs);
}
