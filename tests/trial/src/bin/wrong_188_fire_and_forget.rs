//! A service writes a line about each request to an audit. A request doesn't wait for that: a task of its own sends the line.
//!
//! Wrong: the audit is much slower than the requests. The channel's limit was to hold them back, and now the tasks that wait for
//! room are the queue without a limit.
//!
//! Expected: `leaked_tasks`, a hint, at the `spawn` in `request`. The cure: await the `send` in the request (back-pressure), or
//! `try_send`, and drop lines when there are too many.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

async fn audit(mut lines: mpsc::Receiver<String>) {
    while lines.recv().await.is_some() {
        sleep(Duration::from_millis(250)).await;
    }
}

fn request(number: u32, audit: &mpsc::Sender<String>) -> u32 {
    let audit = audit.clone();
    kettle::spawn(async move {
        let _ = audit.send(format!("request {number}")).await;
    });
    number % 7
}

#[kettle::main]
async fn main() {
    let (lines, received) = mpsc::channel(16);
    kettle::spawn(audit(received));
    let mut clock = interval(Duration::from_millis(2));
    let mut answers = 0;
    for number in 0..6_000 {
        if number % 3 == 0 {
            clock.tick().await;
        }
        answers += request(number, &lines);
    }
    println!("{answers}");
}
