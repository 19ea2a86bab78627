//! A thread reads a log and hands its lines to a task, much quicker than that can count words.
//!
//! Right: the task takes two hundred lines at a time and yields after that. For two seconds or so it is always ready, and the
//! task that says "alive" gets its turns.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::HashMap;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::task::yield_now;
use kettle::time::interval;

async fn count(mut lines: Receiver<String>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    let mut some = Vec::new();
    while lines.recv_many(&mut some, 200).await > 0 {
        for line in some.drain(..) {
            for word in line.split_whitespace() {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        yield_now().await;
    }
    counts
}

#[kettle::main]
async fn main() {
    let (send, lines) = mpsc::channel(100_000);
    let reader = std::thread::spawn(move || {
        for number in 0..60_000 {
            let visitor = number % 977;
            let line = format!("GET /tea/{visitor} from visitor {visitor} took {number} ms");
            if send.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let alive = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(50));
        for number in 0.. {
            clock.tick().await;
            println!("alive for the {number}th time");
        }
    });
    let counts = kettle::spawn(count(lines)).await.unwrap();
    println!("{} words", counts.len());
    alive.abort();
    reader.join().unwrap();
}
