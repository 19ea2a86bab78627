//! A service works on jobs from a queue, one per ten milliseconds, and answers questions about its state in between.
//!
//! Wrong: a branch of `select!` receives a job and then waits for the tick of its pace. A question that comes during this
//! wait wins, the branch is dropped, and the job with it.
//!
//! Expected: `lost_value`. The cure: let the branch receive only, and wait for the tick in its body; or wait for the tick
//! first, and receive then.
//!
//! doctor: `lost_value`

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{interval, sleep};

async fn serve(
    mut jobs: mpsc::Receiver<u32>,
    mut questions: mpsc::Receiver<oneshot::Sender<u32>>,
) -> u32 {
    let mut pace = interval(Duration::from_millis(10));
    let mut done = 0;
    loop {
        kettle::select! {
            job = async {
                let job = jobs.recv().await?;
                pace.tick().await;
                Some(job)
            } => match job {
                Some(_) => done += 1,
                None => return done,
            },
            Some(answer) = questions.recv() => {
                let _ = answer.send(done);
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (to_do, jobs) = mpsc::channel(4);
    let (ask, questions) = mpsc::channel(1);
    let service = kettle::spawn(serve(jobs, questions));
    kettle::spawn(async move {
        loop {
            sleep(Duration::from_millis(23)).await;
            let (answer, answered) = oneshot::channel();
            if ask.send(answer).await.is_err() {
                return;
            }
            println!("so far: {:?}", answered.await);
        }
    });
    for job in 0..40 {
        to_do.send(job).await.expect("the service is there");
    }
    drop(to_do);
    println!("40 jobs were sent, {} are done", service.await.unwrap());
}
