//! Counts behind a lock of std's that two threads and a task use. The threads keep it for a few milliseconds
//! now and then, so the task's thread waits for it sometimes.
//!
//! Suspicious: polls that block at a lock of std's while timers fall due. Right: for moments only.
//!
//! doctor: silence

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kettle::time::interval;

#[kettle::main]
async fn main() {
    let counts = Arc::new(Mutex::new(0_u64));
    let threads: Vec<_> = (0..2)
        .map(|_thread| {
            let counts = counts.clone();
            thread::spawn(move || {
                for _round in 0..40 {
                    thread::sleep(Duration::from_millis(30));
                    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
                    thread::sleep(Duration::from_millis(4));
                    *counts += 1;
                }
            })
        })
        .collect();
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(5));
        loop {
            clock.tick().await;
        }
    });
    let mut every = interval(Duration::from_millis(10));
    for _tick in 0..130 {
        every.tick().await;
        *counts.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
    for thread in threads {
        thread.join().expect("it doesn't panic");
    }
    println!("{}", counts.lock().unwrap_or_else(PoisonError::into_inner));
}
