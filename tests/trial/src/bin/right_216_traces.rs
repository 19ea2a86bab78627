//! A server waits, for each request, for its trace to be closed, in a task of its own; a trace is closed some hundred requests later.
//!
//! Right: at any time a hundred tasks wait, and the older ones end; at last all do.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let mut open = VecDeque::new();
    let mut request = interval(Duration::from_millis(2));
    for number in 0..1_500_u32 {
        request.tick().await;
        let (close, closed) = oneshot::channel();
        open.push_back(close);
        kettle::spawn(async move { closed.await == Ok(number) });
        if open.len() > 100 {
            let _ = open.pop_front().unwrap().send(number);
        }
    }
    println!("{} open", open.len());
    for (number, close) in open.into_iter().enumerate() {
        let _ = close.send(u32::try_from(number).unwrap());
    }
    sleep(Duration::from_millis(20)).await;
}
