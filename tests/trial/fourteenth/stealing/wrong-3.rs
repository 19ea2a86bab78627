// WRONG. Breaks 5, "After `close`, `wait` returns what is left, and then `None`": a worker that has looked and found nothing
// returns `None` if it is closed by then, without another look. What was pushed between its look and the close is left.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

/// The run queues of some workers, which are threads with the numbers 0, 1, 2 …
#[derive(Debug)]
pub struct RunQueues<T> {
    of: Vec<Mutex<VecDeque<T>>>,
    news: Mutex<News>,
    came: Condvar,
}

/// What a sleeper compares: it sleeps only while this is as it was before its look.
#[derive(Debug, Default)]
struct News {
    edition: u64,
    closed: bool,
}

impl<T> RunQueues<T> {
    /// An empty queue for each of so many workers.
    pub fn new(workers: usize) -> RunQueues<T> {
        let of = (0..workers).map(|_| Mutex::new(VecDeque::new())).collect();
        RunQueues { of, news: Mutex::default(), came: Condvar::new() }
    }

    /// Puts a task at the end of this worker's queue. Wakes a worker, if one sleeps.
    pub fn push(&self, worker: usize, task: T) {
        self.of[worker].lock().unwrap().push_back(task);
        self.publish();
    }

    fn publish(&self) {
        self.news.lock().unwrap().edition += 1;
        self.came.notify_one();
    }

    /// How many tasks are in this worker's queue.
    pub fn len(&self, worker: usize) -> usize {
        self.of[worker].lock().unwrap().len()
    }

    /// This worker's next task: the oldest in its queue. If there is none, it steals half of another
    /// worker's tasks, rounded up, the oldest first; the first of them is the next task, the others
    /// go into its own queue. Doesn't wait for a task.
    pub fn next(&self, worker: usize) -> Option<T> {
        let own = self.of[worker].lock().unwrap().pop_front();
        own.or_else(|| (0..self.of.len()).find_map(|victim| self.steal(worker, victim)))
    }

    fn steal(&self, worker: usize, victim: usize) -> Option<T> {
        if victim == worker {
            return None;
        }
        let mut others = self.of[victim].lock().unwrap();
        let later = others.len() - others.len() / 2;
        let rest = others.split_off(later);
        let mut loot = std::mem::replace(&mut *others, rest);
        drop(others);
        let first = loot.pop_front()?;
        if !loot.is_empty() {
            self.of[worker].lock().unwrap().append(&mut loot);
            self.publish();
        }
        Some(first)
    }

    /// The next task, as [`next`](RunQueues::next) gives it. The worker sleeps as long as there is none
    /// anywhere. `None` when the queues are closed and empty.
    pub fn wait(&self, worker: usize) -> Option<T> {
        loop {
            let edition = self.news.lock().unwrap().edition;
            if let Some(task) = self.next(worker) {
                return Some(task);
            }
            let news = self.news.lock().unwrap();
            let same = |news: &mut News| news.edition == edition && !news.closed;
            let news = self.came.wait_while(news, same).unwrap();
            if news.closed {
                return None; // the end, and there was nothing
            }
        }
    }

    /// There will be no more pushes, except by tasks that still run. Wakes all sleepers.
    pub fn close(&self) {
        self.news.lock().unwrap().closed = true;
        self.came.notify_all();
    }
}
