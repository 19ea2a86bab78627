//! A server that gives each request a companion task, which is to clean up when the request is
//! cancelled.
//!
//! The mistake: requests that end well never cancel, so the companion of each waits forever. Their
//! number grows with the number of requests served.
//!
//! Expected: a hint that the tasks spawned at one line grow in number and none of them ends. Cure:
//! end the companion with its request (abort it, or select on the request's end).
//!
//! doctor: `leaked_tasks`
//! ends: by itself (after five seconds)

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::{interval, sleep};

struct Request {
    number: u64,
    cancelled: Arc<Notify>,
}

async fn handle(request: Request) -> u64 {
    let cancelled = request.cancelled.clone();
    kettle::spawn(async move {
        cancelled.notified().await;
        println!("request {}: files removed", request.number);
    });
    sleep(Duration::from_millis(3)).await;
    request.number
}

#[kettle::main]
async fn main() {
    let mut cancellers = Vec::new();
    let mut visitors = interval(Duration::from_millis(5));
    let mut number = 0;
    while number < 5000 {
        visitors.tick().await;
        for _ in 0..5 {
            number += 1;
            let cancelled = Arc::new(Notify::new());
            cancellers.push(cancelled.clone());
            kettle::spawn(handle(Request { number, cancelled }));
        }
    }
    println!("{} requests served", cancellers.len());
}
