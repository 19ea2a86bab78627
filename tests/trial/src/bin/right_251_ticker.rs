//! A ticker is read by a thread, which sends each line into a channel without a limit; a task writes them in one go, each tenth of a second.
//!
//! Right: `recv_many` takes all that there is. The channel is never longer than what comes in a tenth of a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::{Duration, Instant};

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (line, mut lines) = mpsc::unbounded_channel();
    thread::spawn(move || {
        let begun = Instant::now();
        for number in 0..60_000_u64 {
            line.send(number).unwrap();
            while begun.elapsed() < Duration::from_micros(number * 50) {
                thread::sleep(Duration::from_micros(500));
            }
        }
    });
    let (mut table, mut most) = (Vec::new(), 0);
    loop {
        let taken = lines.recv_many(&mut table, usize::MAX).await;
        if taken == 0 {
            break;
        }
        most = most.max(taken);
        sleep(Duration::from_millis(100)).await;
    }
    println!("{} lines, {most} at once", table.len());
}
