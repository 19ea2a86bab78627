//! A worker whose `select!` drops the branch that has received a job while it pauses. The job is kept in
//! the worker all the same, and the next round goes on with it.
//!
//! Suspicious: a branch receives a value, waits, and is dropped for the sake of another. Right: the value
//! is in `self.parked`, and all forty jobs are done.
//!
//! doctor: silence

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

struct Worker {
    jobs: mpsc::Receiver<u32>,
    parked: Option<u32>,
}

impl Worker {
    /// Cancel safe: a job that was received stays in `parked` until it is returned.
    async fn next(&mut self) -> Option<u32> {
        if self.parked.is_none() {
            self.parked = Some(self.jobs.recv().await?);
        }
        sleep(Duration::from_millis(20)).await; // not too many at once
        self.parked.take()
    }
}

#[kettle::main]
async fn main() {
    let (jobs, inbox) = mpsc::channel(8);
    let worker = kettle::spawn(async move {
        let mut worker = Worker { jobs: inbox, parked: None };
        let mut report = interval(Duration::from_millis(50));
        let mut done = 0;
        loop {
            select! {
                job = worker.next() => match job {
                    Some(_) => done += 1,
                    None => return done,
                },
                _ = report.tick() => println!("{done} jobs done"),
            }
        }
    });
    for job in 0..40 {
        jobs.send(job).await.expect("the worker is there");
    }
    drop(jobs);
    println!("{} of 40 jobs were done", worker.await.expect("the worker doesn't panic"));
}
