// WRONG (extra). Breaks 4: a push notifies without the lock of the sleepers, so it may fall between a sleeper's last look (under the
// lock) and its `wait`.
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};

/// The run queues of some workers, which are threads with the numbers 0, 1, 2 …
#[derive(Debug)]
pub struct RunQueues<T> {
    queues: Vec<Mutex<VecDeque<T>>>,
    closed: Mutex<bool>,
    news: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

impl<T> RunQueues<T> {
    /// An empty queue for each of so many workers.
    pub fn new(workers: usize) -> RunQueues<T> {
        RunQueues {
            queues: (0..workers).map(|_| Mutex::default()).collect(),
            closed: Mutex::new(false),
            news: Condvar::new(),
        }
    }

    /// Puts a task at the end of this worker's queue. Wakes a worker, if one sleeps.
    pub fn push(&self, worker: usize, task: T) {
        lock(&self.queues[worker]).push_back(task);
        self.tell_one();
    }

    fn tell_one(&self) {
        self.news.notify_one(); // no lock: it costs nothing if nobody sleeps
    }

    /// How many tasks are in this worker's queue.
    pub fn len(&self, worker: usize) -> usize {
        lock(&self.queues[worker]).len()
    }

    /// This worker's next task: the oldest in its queue. If there is none, it steals half of another
    /// worker's tasks, rounded up, the oldest first; the first of them is the next task, the others
    /// go into its own queue. Doesn't wait for a task.
    pub fn next(&self, worker: usize) -> Option<T> {
        let (task, kept) = self.take(worker);
        if kept {
            self.tell_one(); // what it keeps for later is news, too
        }
        task
    }

    /// The next task, and whether others went into its own queue with it.
    fn take(&self, worker: usize) -> (Option<T>, bool) {
        let own = lock(&self.queues[worker]).pop_front();
        if own.is_some() {
            return (own, false);
        }
        let workers = self.queues.len();
        for victim in (1..workers).map(|distance| (worker + distance) % workers) {
            let mut loot: VecDeque<T> = {
                let mut queue = lock(&self.queues[victim]);
                let half = queue.len().div_ceil(2);
                queue.drain(..half).collect()
            };
            if let Some(first) = loot.pop_front() {
                let kept = !loot.is_empty();
                lock(&self.queues[worker]).extend(loot);
                return (Some(first), kept);
            }
        }
        (None, false)
    }

    /// The next task, as [`next`](RunQueues::next) gives it. The worker sleeps as long as there is none
    /// anywhere. `None` when the queues are closed and empty.
    pub fn wait(&self, worker: usize) -> Option<T> {
        loop {
            if let Some(task) = self.next(worker) {
                return Some(task);
            }
            let mut closed = lock(&self.closed);
            // The last look, under the lock that a push takes before it notifies.
            let (task, kept) = self.take(worker);
            if task.is_some() {
                drop(closed);
                if kept {
                    self.tell_one();
                }
                return task;
            }
            if *closed {
                return None;
            }
            closed = self.news.wait(closed).unwrap();
            drop(closed);
        }
    }

    /// There will be no more pushes, except by tasks that still run. Wakes all sleepers.
    pub fn close(&self) {
        *lock(&self.closed) = true;
        self.news.notify_all();
    }
}
