//! A game draws its frames on the main thread, and gives its runtime a bit of each. A task tells the server that the player is still there.
//!
//! Right: even when a level is loaded, the runtime waits for no more than a quarter of a second; the server's patience is much longer.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::time::{MissedTickBehavior, interval, sleep};

static BEATS: AtomicU32 = AtomicU32::new(0);

async fn keep_alive(mut word: mpsc::UnboundedReceiver<&'static str>) {
    let mut beat = interval(Duration::from_millis(50));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        kettle::select! {
            _ = beat.tick() => {
                BEATS.fetch_add(1, Ordering::Relaxed);
            }
            word = word.recv() => match word {
                Some(word) => println!("to the server: {word}"),
                None => return,
            },
        }
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (say, word) = mpsc::unbounded_channel();
    let keeper = runtime.spawn(keep_alive(word));
    for frame in 0..60 {
        runtime.block_on(async { sleep(Duration::from_millis(2)).await });
        std::thread::sleep(Duration::from_millis(10)); // draws
        if frame == 30 {
            std::thread::sleep(Duration::from_millis(250)); // loads a level
            say.send("level 2").unwrap();
        }
    }
    drop(say);
    runtime.block_on(keeper).unwrap();
    println!("several beats: {}", BEATS.load(Ordering::Relaxed) >= 3);
}
