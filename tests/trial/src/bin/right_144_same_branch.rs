//! A service works on jobs from a queue, one per ten milliseconds, and answers questions about its state in between.
//!
//! Right: the future that receives a job and then waits for its tick is made outside of `select!`, which only borrows it. A
//! question interrupts it, and in the next round the same future goes on. No job is lost.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{Interval, interval, sleep};

type Questions = mpsc::Receiver<oneshot::Sender<usize>>;

async fn next_job(jobs: &mut mpsc::Receiver<u32>, pace: &mut Interval) -> Option<u32> {
    let job = jobs.recv().await?;
    pace.tick().await;
    Some(job)
}

async fn serve(mut jobs: mpsc::Receiver<u32>, mut questions: Questions) -> Vec<u32> {
    let mut pace = interval(Duration::from_millis(10));
    let mut done = Vec::new();
    loop {
        let mut next = pin!(next_job(&mut jobs, &mut pace));
        let job = loop {
            kettle::select! {
                job = &mut next => break job,
                Some(answer) = questions.recv() => {
                    let _ = answer.send(done.len());
                }
            }
        };
        let Some(job) = job else { return done };
        done.push(job);
    }
}

#[kettle::main]
async fn main() {
    let (to_do, jobs) = mpsc::channel(4);
    let (ask, questions) = mpsc::channel(1);
    let service = kettle::spawn(serve(jobs, questions));
    kettle::spawn(async move {
        loop {
            sleep(Duration::from_millis(3)).await;
            let (answer, answered) = oneshot::channel();
            if ask.send(answer).await.is_err() || answered.await.is_err() {
                return;
            }
        }
    });
    for job in 0..40 {
        to_do.send(job).await.expect("the service is there");
    }
    drop(to_do);
    assert!(service.await.unwrap().into_iter().eq(0..40));
}
