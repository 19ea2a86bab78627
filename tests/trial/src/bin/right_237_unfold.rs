//! A stream of jobs, made by `unfold` of a receiver: each job waits for the tick of its pace before it is given out. A question that comes
//! meanwhile wins the `select!`.
//!
//! Right: what is dropped is `next`, which only borrows the stream. The future that has received the job stays in the stream, and the next round
//! goes on with it: all sixty jobs are done.
//!
//! Expected: silent, though a branch received a value, waits for a timer, and is dropped, and the channel is asked again later.
//!
//! doctor: silence

use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let (job, jobs) = mpsc::channel(4);
    let (question, mut questions) = mpsc::channel(4);
    kettle::spawn(async move {
        for number in 0..60 {
            job.send(number).await.unwrap();
        }
    });
    kettle::spawn(async move {
        for number in 0.. {
            sleep(Duration::from_millis(13)).await;
            if question.send(number).await.is_err() {
                return;
            }
        }
    });
    let paced = stream::unfold(jobs, async |mut jobs| {
        let job = jobs.recv().await?;
        sleep(Duration::from_millis(20)).await;
        Some((job, jobs))
    });
    let mut paced = pin!(paced);
    let mut clock = interval(Duration::from_millis(50));
    let (mut done, mut asked) = (0, 0);
    loop {
        kettle::select! {
            job = paced.next() => match job {
                Some(_) => done += 1,
                None => break,
            },
            _ = questions.recv() => asked += 1,
            _ = clock.tick() => {}
        }
    }
    println!("{done} jobs, {asked} questions");
    assert_eq!(done, 60);
}
