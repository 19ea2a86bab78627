//! A text editor saves its text every minute.
//!
//! Wrong: the interval is made anew in each round of the loop, and its first tick comes at once. So it saves all the time.
//!
//! Expected: `busy_loop` of `main` at the `tick` (or `never_yields`). The cure: make the interval once, before the loop.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::time::{interval, sleep};

async fn type_on(keys: Sender<char>) {
    for key in "oh".chars() {
        sleep(Duration::from_millis(2500)).await; // thinks
        if keys.send(key).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (keys, mut typed) = mpsc::channel(16);
    kettle::spawn(type_on(keys));
    let mut text = String::new();
    let mut saved = String::new();
    let mut times = 0_u64;
    loop {
        let mut save = interval(Duration::from_secs(60));
        kettle::select! {
            key = typed.recv() => match key {
                Some(key) => text.push(key),
                None => break,
            },
            _ = save.tick() => {
                saved.clone_from(&text);
                times += 1;
            }
        }
    }
    println!("{text:?}, saved {times} times as {saved:?}");
}
