//! A branch of a `select!` takes a job out of the queue, and then waits for a permit to run it. A tick ends that
//! branch, and the job is gone.
//!
//! doctor: `lost_value`
//! cure: acquire the permit first, or keep the job outside the branch

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use kettle::time::{interval, sleep};

struct Pool {
    jobs: mpsc::Receiver<u64>,
    permits: Arc<Semaphore>,
}

impl Pool {
    async fn next(&mut self) -> Option<(u64, OwnedSemaphorePermit)> {
        let job = self.jobs.recv().await?;
        let permit = self.permits.clone().acquire_owned().await.unwrap();
        Some((job, permit))
    }
}

#[kettle::main]
async fn main() {
    let (send, jobs) = mpsc::channel(32);
    for job in 0..30 {
        send.send(job).await.unwrap();
    }
    drop(send);
    let mut pool = Pool { jobs, permits: Arc::new(Semaphore::new(2)) };
    let mut report = interval(Duration::from_millis(40));
    let mut started = 0;
    loop {
        kettle::select! {
            next = pool.next() => {
                let Some((job, permit)) = next else { break };
                started += 1;
                kettle::spawn(async move {
                    sleep(Duration::from_millis(100 + job)).await;
                    drop(permit);
                });
            }
            _ = report.tick() => println!("{started} started"),
        }
    }
    println!("{started} of 30 jobs were run");
}
