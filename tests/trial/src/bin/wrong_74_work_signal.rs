//! A queue of jobs made of a `VecDeque` and a `Notify`: each job that is pushed notifies one worker.
//!
//! Wrong: `pop` waits before it looks into the queue. A `Notify` keeps one notification at most, and six jobs are
//! pushed before any worker waits, so five of them are lost.
//!
//! Expected: `deadlock` of `main` and the workers. The cure: look into the queue first, and wait only if it is empty.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use kettle::sync::Notify;
use kettle::task::JoinSet;

#[derive(Default)]
struct Queue {
    jobs: Mutex<VecDeque<u32>>,
    more: Notify,
}

impl Queue {
    fn push(&self, job: u32) {
        self.jobs.lock().unwrap().push_back(job);
        self.more.notify_one();
    }

    async fn pop(&self) -> u32 {
        self.more.notified().await;
        self.jobs.lock().unwrap().pop_front().expect("a job for each notification")
    }
}

async fn work(queue: Arc<Queue>, jobs: usize) -> u32 {
    let mut sum = 0;
    for _ in 0..jobs {
        let job = queue.pop().await;
        kettle::task::yield_now().await;
        sum += job;
    }
    sum
}

#[kettle::main]
async fn main() {
    let queue = Arc::new(Queue::default());
    for job in 1..=6 {
        queue.push(job);
    }
    let mut workers = JoinSet::new();
    for _ in 0..3 {
        workers.spawn(work(Arc::clone(&queue), 2));
    }
    let mut sum = 0;
    while let Some(part) = workers.join_next().await {
        sum += part.expect("a worker");
    }
    println!("{sum}");
}
