//! A worker takes jobs until it is told to stop. It finishes what is in the queue first, hence `biased`.
//!
//! Wrong: a job puts another one into the queue, a small one for its index, and that one, too. The queue is never empty, so
//! the branch for the word to stop is never asked.
//!
//! Can't be told: values come and go, timers fire, and nothing says that the worker should have stopped. (The cure: ask
//! `stop` first.)
//!
//! doctor: can't be told
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::sync::oneshot;
use kettle::time::sleep;

enum Job {
    Page(String),
    Index(usize),
}

async fn work(mut jobs: Receiver<Job>, more: Sender<Job>, mut stop: oneshot::Receiver<()>) -> u32 {
    let mut done = 0;
    loop {
        kettle::select! {
            biased;
            Some(job) = jobs.recv() => {
                sleep(Duration::from_millis(2)).await;
                done += 1;
                let words = match job {
                    Job::Page(text) => text.split(' ').count(),
                    Job::Index(words) => words + 1,
                };
                let _ = more.try_send(Job::Index(words));
            }
            _ = &mut stop => return done,
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, jobs) = mpsc::channel(32);
    let (stop, stopped) = oneshot::channel();
    let worker = kettle::spawn(work(jobs, send.clone(), stopped));
    for number in 0..5 {
        send.send(Job::Page(format!("page {number}"))).await.unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    println!("{} jobs are done", worker.await.unwrap());
}
