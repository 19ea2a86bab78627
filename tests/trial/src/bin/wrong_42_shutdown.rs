//! Workers count what passes. At shutdown each gets out of its loop and saves its counts, which takes a moment.
//!
//! The mistake: `main` tells them to stop, and returns: nothing waits for the saving.
//!
//! Expected: `cut_short`: the tasks are dropped while they save. Cure: keep their handles, and await them.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::time::Duration;

use kettle::select;
use kettle::sync::watch;
use kettle::time::{interval, sleep};

async fn work(number: u32, mut stop: watch::Receiver<bool>) {
    let mut every = interval(Duration::from_millis(10));
    let mut count = 0;
    loop {
        select! {
            _at = every.tick() => count += number,
            _changed = stop.wait_for(|&stop| stop) => break,
        }
    }
    sleep(Duration::from_millis(30)).await; // to the disk
    println!("worker {number} has saved {count}");
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    for number in 1..4 {
        kettle::spawn(work(number, stopped.clone()));
    }
    sleep(Duration::from_millis(200)).await;
    stop.send_replace(true);
    sleep(Duration::from_millis(5)).await;
    println!("bye");
}
