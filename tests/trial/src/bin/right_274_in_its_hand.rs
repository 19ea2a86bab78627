//! Right: a branch of a `select!` receives a value and then waits for a permit; the value is kept in the struct, so
//! that the next round goes on with it.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use kettle::time::{interval, sleep};

struct Pool {
    jobs: mpsc::Receiver<u64>,
    next: Option<u64>,
    permits: Arc<Semaphore>,
}

impl Pool {
    async fn next(&mut self) -> Option<(u64, OwnedSemaphorePermit)> {
        if self.next.is_none() {
            self.next = Some(self.jobs.recv().await?);
        }
        let permit = self.permits.clone().acquire_owned().await.unwrap();
        Some((self.next.take()?, permit))
    }
}

#[kettle::main]
async fn main() {
    let (send, jobs) = mpsc::channel(32);
    for job in 0..30 {
        send.send(job).await.unwrap();
    }
    drop(send);
    let mut pool = Pool { jobs, next: None, permits: Arc::new(Semaphore::new(2)) };
    let mut report = interval(Duration::from_millis(40));
    let mut running = Vec::new();
    loop {
        kettle::select! {
            next = pool.next() => {
                let Some((job, permit)) = next else { break };
                running.push(kettle::spawn(async move {
                    sleep(Duration::from_millis(100 + job)).await;
                    drop(permit);
                }));
            }
            _ = report.tick() => println!("{} started", running.len()),
        }
    }
    let all = running.len();
    for job in running {
        job.await.unwrap();
    }
    println!("{all} of 30 jobs were run");
}
