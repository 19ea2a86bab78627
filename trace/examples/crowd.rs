//! What does a run of 10,000 tasks look like?
//!
//! `KETTLE_TRACE=crowd.html cargo run -p kettle-trace --example crowd` writes a replay of more than
//! 100,000 events: the page has to stay quick with it, and legible. Three kinds of tasks, from
//! three lines of this file: sleepers, senders that share one channel, and a few that take one
//! lock. The clock is virtual, so it takes no time and is the same run each time. An argument says
//! how many tasks.
//!
//! Not here: what is checked with it (`tests/replay/checks/scale.mjs`).

use std::sync::Arc;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc};
use kettle::task::yield_now;
use kettle::time::sleep;

fn main() {
    let tasks =
        std::env::args().nth(1).map_or(10_000, |word| word.parse().expect("how many tasks?"));
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build().expect("a runtime");
    let sum = runtime.block_on(crowd(tasks));
    println!("{tasks} tasks, {sum} messages");
}

async fn crowd(tasks: u64) -> u64 {
    let (sender, mut receiver) = mpsc::channel(16);
    let counter = Arc::new(Mutex::new(0_u64));
    let mut all = Vec::new();
    for number in 0..tasks {
        all.push(match number % 20 {
            0 => kettle::spawn(count(number, Arc::clone(&counter))),
            1..4 => kettle::spawn(send(number, sender.clone())),
            _ => kettle::spawn(doze(number)),
        });
        // Whoever spawns thousands in one poll holds the thread meanwhile.
        if number % 100 == 99 {
            yield_now().await;
        }
    }
    drop(sender);
    let mut messages = 0;
    while receiver.recv().await.is_some() {
        messages += 1;
    }
    for task in all {
        task.await.expect("no task panics");
    }
    messages
}

async fn doze(number: u64) {
    sleep(Duration::from_millis(1 + number * 7 % 400)).await;
}

async fn send(number: u64, sender: mpsc::Sender<u64>) {
    sleep(Duration::from_millis(number % 97)).await;
    let _ = sender.send(number).await;
}

async fn count(number: u64, counter: Arc<Mutex<u64>>) {
    sleep(Duration::from_millis(number % 50)).await;
    *counter.lock().await += 1;
}
