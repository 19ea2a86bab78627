//! Workers take jobs from a shared queue; when it is empty they wait to be told to stop.
//!
//! The mistake: `main` says stop with `notify_waiters`, which reaches only who waits at that moment,
//! and the workers are still busy with a job.
//!
//! Expected: a deadlock (nothing can happen any more): `main` joins workers that wait for a
//! notification. Cure: tell it so that it is kept: `notify_one` per worker, a watch channel, a
//! `CancellationToken`; or make the `notified()` future before the work begins.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

type Jobs = Arc<Mutex<VecDeque<u64>>>;

fn next(jobs: &Jobs) -> Option<u64> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

async fn work(name: u32, jobs: Jobs, stop: Arc<Notify>) {
    loop {
        if let Some(job) = next(&jobs) {
            sleep(Duration::from_millis(job)).await;
            println!("worker {name} has done a job of {job} ms");
        } else {
            stop.notified().await;
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let jobs: Jobs = Arc::new(Mutex::new([30, 40, 50, 60, 70].into()));
    let stop = Arc::new(Notify::new());
    let workers: Vec<_> =
        (0..2).map(|name| kettle::spawn(work(name, jobs.clone(), stop.clone()))).collect();
    sleep(Duration::from_millis(50)).await; // until somebody presses the button
    println!("stopping");
    stop.notify_waiters();
    for worker in workers {
        worker.await.expect("no worker panics");
    }
    println!("stopped");
}
