//! A worker that takes at most one job in 40 ms, and reports its progress ten times a second.
//!
//! The mistake: the pause is in the branch of the `select!`, after `recv`. When the report's turn
//! comes, the branch is dropped, and the job that it has received goes with it.
//!
//! Expected: a branch of `select!` received a value and was dropped before it did anything with it: the
//! value is lost. Cure: receive in the branch, and do the pause in the handler (or keep the value outside).
//!
//! doctor: `lost_value`
//! ends: by itself

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

struct Job(u32);

async fn next(jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    let job = jobs.recv().await?;
    sleep(Duration::from_millis(40)).await; // not too many at once
    Some(job)
}

async fn work(mut jobs: mpsc::Receiver<Job>) -> u32 {
    let mut report = interval(Duration::from_millis(100));
    let mut done = 0;
    loop {
        select! {
            job = next(&mut jobs) => match job {
                Some(Job(number)) => done += u32::from(number > 0),
                None => return done,
            },
            _ = report.tick() => println!("{done} jobs done"),
        }
    }
}

#[kettle::main]
async fn main() {
    let (jobs, inbox) = mpsc::channel(8);
    let worker = kettle::spawn(work(inbox));
    for number in 1..=40 {
        jobs.send(Job(number)).await.unwrap_or_else(|_| panic!("the worker is there"));
    }
    drop(jobs);
    println!("{} of 40 jobs were done", worker.await.expect("the worker doesn't panic"));
}
