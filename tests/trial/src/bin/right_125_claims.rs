//! A worker takes jobs of a queue; each has to wait for a moment, and a manager may call in between, who comes first.
//!
//! Right: the branch that has taken a job is dropped when the manager calls, and the job with it. But a job that is taken is
//! a `Claim`, whose `Drop` puts it back into the queue if it isn't done. All thirty are done in the end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, UnboundedReceiver, UnboundedSender};
use kettle::time::{interval, sleep};

struct Claim {
    job: Option<u32>,
    queue: UnboundedSender<u32>,
}

impl Claim {
    async fn finish(mut self) -> u32 {
        sleep(Duration::from_millis(7)).await;
        self.job.take().expect("it isn't done yet")
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(job) = self.job.take() {
            let _ = self.queue.send(job);
        }
    }
}

async fn work(
    mut jobs: UnboundedReceiver<u32>,
    queue: UnboundedSender<u32>,
    mut manager: Receiver<&'static str>,
) -> Vec<u32> {
    let mut done = Vec::new();
    while done.len() < 30 {
        kettle::select! {
            job = async {
                let job = jobs.recv().await?;
                Some(Claim { job: Some(job), queue: queue.clone() }.finish().await)
            } => done.extend(job),
            Some(word) = manager.recv() => println!("the manager says: {word}"),
        }
    }
    done
}

#[kettle::main]
async fn main() {
    let (queue, jobs) = mpsc::unbounded_channel();
    let (call, manager) = mpsc::channel(1);
    for number in 1..=30 {
        queue.send(number).unwrap();
    }
    let manager_calls = kettle::spawn(async move {
        let mut clock = interval(Duration::from_millis(24));
        for _ in 0..8 {
            clock.tick().await;
            if call.send("how is it going?").await.is_err() {
                return;
            }
        }
    });
    let mut done = work(jobs, queue, manager).await;
    done.sort_unstable();
    assert!(done.into_iter().eq(1..=30));
    manager_calls.await.unwrap();
}
