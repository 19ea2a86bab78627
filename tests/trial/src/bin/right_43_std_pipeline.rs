//! Three stages: a thread reads (and sleeps), a job of the pool counts at std's channels, and main waits for
//! the job.
//!
//! Suspicious: main waits for a job that waits for a channel. Right: the thread will send.
//!
//! doctor: silence

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kettle::task::spawn_blocking;

#[kettle::main]
async fn main() {
    let (lines, read) = mpsc::sync_channel(2);
    let reader = thread::spawn(move || {
        for line in 0..3 {
            thread::sleep(Duration::from_millis(900));
            lines.send(line).expect("it is counted");
        }
    });
    let (counts, counted) = mpsc::channel();
    let job = spawn_blocking(move || {
        for line in read {
            counts.send(line + 1).expect("it is added up");
        }
    });
    let sum = spawn_blocking(move || counted.iter().sum::<u32>());
    println!("{:?}", sum.await);
    job.await.expect("it doesn't panic");
    reader.join().expect("it doesn't panic");
}
