//! An exchange for telephone calls. For each call a task waits until its line is hung up, to write the bill.
//!
//! Wrong: the receivers of the lines are put into a list, "for the statistics", and stay there. `closed` never comes, and no bill is written.
//!
//! Expected: `leaked_tasks`, a hint, at the `spawn` in `call`. The cure: drop a receiver when its call has ended.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::sleep;

fn call(number: u32) -> Receiver<u8> {
    let (voice, line) = mpsc::channel(4);
    kettle::spawn(async move {
        voice.closed().await;
        println!("the bill for call {number}");
    });
    line
}

#[kettle::main]
async fn main() {
    let mut statistics = Vec::new();
    for round in 0..300 {
        for number in 0..12 {
            statistics.push(call(round * 12 + number));
        }
        sleep(Duration::from_millis(15)).await;
    }
    println!("{} calls", statistics.len());
}
