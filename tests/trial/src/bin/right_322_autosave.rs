//! A text editor saves its text when nothing has been typed for a while, and at the latest every second.
//!
//! Right: the pause is made anew in each round, as is meant: each key begins it again. The interval is made once, and is put forward by a save.
//! Nothing is saved twice.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::time::{Instant, interval_at, sleep};

async fn type_on(keys: Sender<char>) {
    for (key, pause) in "hello world".chars().zip([40, 40, 900, 40, 40, 40, 600, 40, 40, 40, 40]) {
        if keys.send(key).await.is_err() {
            return;
        }
        sleep(Duration::from_millis(pause)).await; // thinks
    }
}

#[kettle::main]
async fn main() {
    let (keys, mut typed) = mpsc::channel(16);
    kettle::spawn(type_on(keys));
    let (mut text, mut saved) = (String::new(), String::new());
    let every = Duration::from_secs(1);
    let mut latest = interval_at(Instant::now() + every, every);
    loop {
        let unsaved = text != saved;
        let save = kettle::select! {
            key = typed.recv() => match key {
                Some(key) => {
                    text.push(key);
                    false
                }
                None => break,
            },
            () = sleep(Duration::from_millis(200)), if unsaved => true,
            _ = latest.tick() => unsaved,
        };
        if save {
            sleep(Duration::from_millis(10)).await; // writes
            saved.clone_from(&text);
            latest.reset();
        }
    }
    println!("{text:?}, saved before the end: {}", !saved.is_empty());
}
