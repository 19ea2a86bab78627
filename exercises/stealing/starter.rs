//! Run queues for several workers: one with nothing to do takes half of another one's tasks.
//!
//! Decide what the workers share, then replace each `todo!()`.

use std::marker::PhantomData;

/// The run queues of some workers, which are threads with the numbers 0, 1, 2 …
#[derive(Debug)]
pub struct RunQueues<T> {
    queues: PhantomData<T>, // what will you put here, and how does a worker sleep?
}

impl<T> RunQueues<T> {
    /// An empty queue for each of so many workers.
    pub fn new(workers: usize) -> RunQueues<T> {
        todo!("{workers} empty queues")
    }

    /// Puts a task at the end of this worker's queue. Wakes a worker, if one sleeps.
    pub fn push(&self, worker: usize, task: T) {
        todo!("into the queue of {worker}; then, which workers have to know?")
    }

    /// How many tasks are in this worker's queue.
    pub fn len(&self, worker: usize) -> usize {
        todo!("the length of the queue of {worker}")
    }

    /// This worker's next task: the oldest in its queue. If there is none, it steals half of another
    /// worker's tasks, rounded up, the oldest first; the first of them is the next task, the others
    /// go into its own queue. Doesn't wait for a task.
    pub fn next(&self, worker: usize) -> Option<T> {
        todo!("from the queue of {worker}, or from another one")
    }

    /// The next task, as [`next`](RunQueues::next) gives it. The worker sleeps as long as there is none
    /// anywhere. `None` when the queues are closed and empty.
    pub fn wait(&self, worker: usize) -> Option<T> {
        todo!("the next task of {worker}; asleep until there is one")
    }

    /// There will be no more pushes, except by tasks that still run. Wakes all sleepers.
    pub fn close(&self) {
        todo!("remember it, and wake them all")
    }
}
