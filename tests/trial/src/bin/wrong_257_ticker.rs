//! A ticker of a stock exchange is read by a thread of another library, which hands each line on; a task writes them into a table.
//!
//! Wrong: the channel has no limit, and the table takes 2 ms for a line, of which there are several thousand a second. It only grows.
//!
//! Expected: `growing_channel`, a hint. The cure: a channel with a limit and `blocking_send` (or drop what is too much).
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::thread;
use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn table(mut lines: mpsc::UnboundedReceiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(line) = lines.recv().await {
        sleep(Duration::from_millis(2)).await;
        sum += line;
        if sum > 800_000 {
            break;
        }
    }
    sum
}

#[kettle::main]
async fn main() {
    let (line, lines) = mpsc::unbounded_channel();
    thread::spawn(move || {
        let begun = Instant::now();
        for number in 0..30_000_u64 {
            if line.send(number).is_err() {
                return;
            }
            while begun.elapsed() < Duration::from_micros(number * 200) {
                thread::sleep(Duration::from_micros(100));
            }
        }
    });
    println!("{}", kettle::spawn(table(lines)).await.unwrap());
}
