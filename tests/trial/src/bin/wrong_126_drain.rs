//! A thread reads a log and hands its lines to a task. So as not to be woken for each line, the task takes all that is there
//! when it is woken, and then reports.
//!
//! Wrong: `try_recv` costs no budget and waits for nothing. The thread is quicker than the task, so "all that is there" is
//! the whole log, and that is one poll.
//!
//! Expected: `never_yields`, of the task that takes the lines. The cure: `recv_many` with a limit, or `yield_now` now and
//! then.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::collections::HashMap;
use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver};
use kettle::time::interval;

fn words(counts: &mut HashMap<String, usize>, line: &str) {
    for word in line.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
}

async fn count(mut lines: UnboundedReceiver<String>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    while let Some(line) = lines.recv().await {
        words(&mut counts, &line);
        while let Ok(line) = lines.try_recv() {
            words(&mut counts, &line);
        }
        println!("{} words so far", counts.len());
    }
    counts
}

#[kettle::main]
async fn main() {
    let (send, lines) = mpsc::unbounded_channel();
    let reader = std::thread::spawn(move || {
        for number in 0..30_000 {
            let visitor = number % 977;
            let line = format!(
                "GET /tea/{visitor} from visitor {visitor} took {number} and gave 200 OK in {number} ms, with milk and two spoons of sugar, \
                 and came back to say that it was good, that it was hot, and that there will be {number} cups more tomorrow, or none"
            );
            if send.send(line).is_err() {
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
