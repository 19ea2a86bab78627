//! A thread samples a device, counts what it has sent under a lock of std's, and sends samples to a task,
//! which looks at the counts.
//!
//! The mistake: the thread keeps the lock while `blocking_send` waits for room, and the task that would make
//! room blocks its thread at the lock.
//!
//! Expected: a poll that never ends, at a lock of std's. Cure: drop the guard before `blocking_send`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let counts = Arc::new(Mutex::new(vec![0; 4]));
    let (sender, mut samples) = mpsc::channel(4);
    let counted = counts.clone();
    thread::spawn(move || {
        for number in 0_usize..1000 {
            let mut counts = counted.lock().unwrap_or_else(PoisonError::into_inner);
            counts[number % 4] += 1;
            if sender.blocking_send(number).is_err() {
                return;
            }
        }
    });
    let clock = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    sleep(Duration::from_millis(50)).await;
    while let Some(sample) = samples.recv().await {
        let sum: u32 = counts.lock().unwrap_or_else(PoisonError::into_inner).iter().sum();
        println!("sample {sample} of {sum}");
    }
    clock.abort();
}
