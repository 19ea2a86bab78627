//! One future measures, the other one adds up what was measured; `join!` runs them side by side.
//!
//! Wrong: the channel between them is one of std. `recv` blocks the thread until there is a value, and the one that would send
//! it is a branch of the same task.
//!
//! Expected: `blocking_poll`, of a poll that doesn't end (or `deadlock`: no thread is left that could do anything). The
//! cure: a channel of `kettle::sync`, and `.await`.
//!
//! doctor: `blocking_poll` | `deadlock`
//! ends: killed

use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use kettle::time::interval;

#[derive(Debug, Default)]
struct Summary {
    count: u32,
    sum: f64,
    highest: f64,
}

async fn add_up(measured: Receiver<f64>) -> Summary {
    let mut summary = Summary::default();
    while let Ok(value) = measured.recv() {
        summary.count += 1;
        summary.sum += value;
        summary.highest = summary.highest.max(value);
    }
    summary
}

async fn measure(send: Sender<f64>) {
    let mut clock = interval(Duration::from_millis(10));
    for n in 0..20 {
        clock.tick().await;
        let value = 20.0 + (f64::from(n) * 0.7).sin();
        send.send(value).expect("the receiver is there");
    }
}

#[kettle::main]
async fn main() {
    let (send, measured) = mpsc::channel();
    let (summary, ()) = kettle::join!(add_up(measured), measure(send));
    println!("{summary:?}, {:.2} on average", summary.sum / f64::from(summary.count));
}
