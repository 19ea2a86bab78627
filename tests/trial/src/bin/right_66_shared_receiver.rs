//! Four workers share one receiver behind a mutex, as in the thread pool of the Rust book. No job comes for more than a
//! second.
//!
//! Right: one worker waits for a job with the guard in its hand, the others wait for the guard. A worker with a job gives
//! the guard back first.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Job {
    number: u64,
    takes: Duration,
}

type Jobs = Arc<Mutex<mpsc::Receiver<Job>>>;

async fn next(jobs: &Jobs) -> Option<Job> {
    jobs.lock().await.recv().await
}

async fn worker(jobs: Jobs) -> u64 {
    let mut sum = 0;
    while let Some(job) = next(&jobs).await {
        sleep(job.takes).await;
        sum += job.number;
    }
    sum
}

#[kettle::main]
async fn main() {
    let (sender, receiver) = mpsc::channel(16);
    let jobs = Arc::new(Mutex::new(receiver));
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        workers.spawn(worker(Arc::clone(&jobs)));
    }
    for round in 0..2 {
        sleep(Duration::from_millis(1200)).await;
        for number in 0..10 {
            let takes = Duration::from_millis(10 * (number % 3) + round);
            sender.send(Job { number, takes }).await.expect("workers");
        }
    }
    drop(sender);
    let sum: u64 = workers.join_all().await.into_iter().sum();
    println!("{sum}");
}
