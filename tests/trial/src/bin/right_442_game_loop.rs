//! A game that draws a frame every 16 ms, and takes what keys there are in between.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, error::TryRecvError};
use kettle::time::{Instant, MissedTickBehavior, interval, sleep};

#[derive(Clone, Copy, Debug)]
enum Key {
    Left,
    Right,
    Fire,
}

#[derive(Default)]
struct World {
    ship: i32,
    shots: u32,
    frames: u32,
}

impl World {
    fn press(&mut self, key: Key) {
        match key {
            Key::Left => self.ship -= 1,
            Key::Right => self.ship += 1,
            Key::Fire => self.shots += 1,
        }
    }
}

async fn play(mut keys: mpsc::UnboundedReceiver<Key>) -> World {
    let mut world = World::default();
    let mut frames = interval(Duration::from_millis(16));
    frames.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        frames.tick().await;
        loop {
            match keys.try_recv() {
                Ok(key) => world.press(key),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return world,
            }
        }
        let draw = Instant::now();
        while draw.elapsed() < Duration::from_millis(3) {
            std::hint::spin_loop();
        }
        world.frames += 1;
    }
}

#[kettle::main]
async fn main() {
    let (keys, pressed) = mpsc::unbounded_channel();
    let game = kettle::spawn(play(pressed));
    for key in [Key::Left, Key::Fire, Key::Right, Key::Right].into_iter().cycle().take(10) {
        sleep(Duration::from_millis(300)).await;
        keys.send(key).unwrap();
    }
    drop(keys);
    let World { ship, shots, frames } = game.await.unwrap();
    println!("ship at {ship}, {shots} shots, {} frames", if frames > 50 { "many" } else { "few" });
}
