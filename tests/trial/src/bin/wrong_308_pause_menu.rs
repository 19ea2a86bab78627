//! A game draws its frames on the main thread, and gives its runtime a bit of each frame. A task there tells the server every 100 ms that
//! the player is still there.
//!
//! Wrong: in the pause menu no frames are drawn, so nothing drives the runtime, and the server throws the player out.
//!
//! Expected: `idle_runtime`, a hint: the timer of task 1 is due, and no thread is in `block_on`. The cure: drive the runtime in a thread of
//! its own, or in the menu as well.
//!
//! doctor: `idle_runtime`
//! ends: by itself

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::time::{MissedTickBehavior, interval, sleep};

static THROWN_OUT: AtomicBool = AtomicBool::new(false);

async fn keep_alive() {
    let mut beat = interval(Duration::from_millis(100));
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut last = Instant::now();
    loop {
        beat.tick().await;
        if last.elapsed() > Duration::from_secs(2) {
            THROWN_OUT.store(true, Ordering::Relaxed);
        }
        last = Instant::now();
    }
}

fn draw() {
    std::thread::sleep(Duration::from_millis(10));
}

fn pause_menu() {
    std::thread::sleep(Duration::from_secs(4)); // until a key is pressed
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.spawn(keep_alive());
    for frame in 0..40 {
        runtime.block_on(async { sleep(Duration::from_millis(5)).await });
        draw();
        if frame == 30 {
            pause_menu();
        }
    }
    println!("thrown out: {}", THROWN_OUT.load(Ordering::Relaxed));
}
