//! Run queues for several workers: one with nothing to do takes half of another one's tasks.
//!
//! A queue and a lock for each worker, and a count of pushes for those that sleep. No thread ever
//! holds two locks, so none can wait for a thread that waits for it. What is stolen is in the thief's
//! hands for a moment, and in no queue; it is never in two.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The run queues of some workers, which are threads with the numbers 0, 1, 2 …
#[derive(Debug)]
pub struct RunQueues<T> {
    queues: Vec<Mutex<VecDeque<T>>>,
    pushes: Mutex<Pushes>,
    pushed: Condvar,
}

#[derive(Debug, Default)]
struct Pushes {
    /// How many there were. A worker reads it before it looks for work and falls asleep.
    count: u64,
    closed: bool,
}

impl<T> RunQueues<T> {
    /// An empty queue for each of so many workers.
    pub fn new(workers: usize) -> RunQueues<T> {
        let queues = (0..workers).map(|_| Mutex::default()).collect();
        RunQueues { queues, pushes: Mutex::default(), pushed: Condvar::new() }
    }

    /// Puts a task at the end of this worker's queue. Wakes a worker, if one sleeps.
    pub fn push(&self, worker: usize, task: T) {
        lock(&self.queues[worker]).push_back(task);
        self.tell();
    }

    /// How many tasks are in this worker's queue.
    pub fn len(&self, worker: usize) -> usize {
        lock(&self.queues[worker]).len()
    }

    /// This worker's next task: the oldest in its queue. If there is none, it steals half of another
    /// worker's tasks, rounded up, the oldest first; the first of them is the next task, the others
    /// go into its own queue. Doesn't wait for a task.
    pub fn next(&self, worker: usize) -> Option<T> {
        let own = lock(&self.queues[worker]).pop_front();
        own.or_else(|| self.steal(worker))
    }

    fn steal(&self, thief: usize) -> Option<T> {
        let workers = self.queues.len();
        let others = (1..workers).map(|distance| (thief + distance) % workers);
        // The victim's lock is released before the thief's own one is taken.
        let stolen =
            others.map(|victim| half_of(&self.queues[victim])).find(|half| !half.is_empty());
        let mut stolen = stolen?;
        let next = stolen.pop_front();
        if !stolen.is_empty() {
            lock(&self.queues[thief]).extend(stolen);
            // Another worker may have looked for them while they were in no queue.
            self.tell();
        }
        next
    }

    /// The next task, as [`next`](RunQueues::next) gives it. The worker sleeps as long as there is none
    /// anywhere. `None` when the queues are closed and empty.
    pub fn wait(&self, worker: usize) -> Option<T> {
        loop {
            // First the count, then the queues: what is pushed in between changes the count.
            let seen = lock(&self.pushes).count;
            if let Some(task) = self.next(worker) {
                return Some(task);
            }
            let mut pushes = lock(&self.pushes);
            while pushes.count == seen {
                if pushes.closed {
                    return None;
                }
                pushes = self.pushed.wait(pushes).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// There will be no more pushes, except by tasks that still run. Wakes all sleepers.
    pub fn close(&self) {
        lock(&self.pushes).closed = true;
        self.pushed.notify_all();
    }

    fn tell(&self) {
        lock(&self.pushes).count += 1;
        self.pushed.notify_one();
    }
}

/// Takes the older half out of a queue, rounded up.
fn half_of<T>(queue: &Mutex<VecDeque<T>>) -> VecDeque<T> {
    let mut queue = lock(queue);
    let half = queue.len().div_ceil(2);
    queue.drain(..half).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
