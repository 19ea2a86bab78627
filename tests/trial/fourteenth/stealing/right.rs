// RIGHT. Believes: a thief holds both locks (always the one of the lower number first, so no two threads wait for each
// other), so no task is ever between two queues. It takes from the longest queue. A sleeper has a ticket of its own in
// a list, looks once more after it has put it there, and parks; a push takes one ticket out and unparks its thread.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// The run queues of some workers, which are threads with the numbers 0, 1, 2 …
#[derive(Debug)]
pub struct RunQueues<T> {
    queues: Box<[Mutex<VecDeque<T>>]>,
    bench: Mutex<Bench>,
}

/// Where the sleepers are.
#[derive(Debug, Default)]
struct Bench {
    tickets: VecDeque<Arc<Ticket>>,
    closed: bool,
}

#[derive(Debug)]
struct Ticket {
    thread: Thread,
    called: AtomicBool,
}

impl Ticket {
    fn call(&self) {
        self.called.swap(true, Ordering::AcqRel);
        self.thread.unpark();
    }

    fn sleep(&self) {
        while !self.called.load(Ordering::Acquire) {
            thread::park();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> RunQueues<T> {
    /// An empty queue for each of so many workers.
    pub fn new(workers: usize) -> RunQueues<T> {
        let queues = (0..workers).map(|_| Mutex::new(VecDeque::new())).collect();
        RunQueues { queues, bench: Mutex::default() }
    }

    /// Puts a task at the end of this worker's queue. Wakes a worker, if one sleeps.
    pub fn push(&self, worker: usize, task: T) {
        lock(&self.queues[worker]).push_back(task);
        self.call_one();
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

    fn steal(&self, worker: usize) -> Option<T> {
        loop {
            // Only to choose. Looked at one by one, each lock alone.
            let mut most = 0;
            let mut victim = worker;
            for other in 0..self.queues.len() {
                let tasks = if other == worker { 0 } else { self.len(other) };
                if tasks > most {
                    (most, victim) = (tasks, other);
                }
            }
            if victim == worker {
                return None;
            }
            let low = lock(&self.queues[victim.min(worker)]);
            let high = lock(&self.queues[victim.max(worker)]);
            let (mut own, mut others) = if worker < victim { (low, high) } else { (high, low) };
            if let Some(task) = own.pop_front() {
                return Some(task); // one was pushed meanwhile: no reason to steal
            }
            let half = others.len().div_ceil(2);
            let mut loot = others.drain(..half);
            if let Some(first) = loot.next() {
                own.extend(loot);
                return Some(first);
            }
            // Somebody else was faster. Is there another one to steal from?
        }
    }

    /// The next task, as [`next`](RunQueues::next) gives it. The worker sleeps as long as there is none
    /// anywhere. `None` when the queues are closed and empty.
    pub fn wait(&self, worker: usize) -> Option<T> {
        loop {
            if let Some(task) = self.next(worker) {
                return Some(task);
            }
            let ticket = Arc::new(Ticket { thread: thread::current(), called: AtomicBool::new(false) });
            let mut bench = lock(&self.bench);
            if bench.closed {
                drop(bench);
                return self.next(worker); // what was pushed before the close is there by now
            }
            bench.tickets.push_back(Arc::clone(&ticket));
            drop(bench);
            // Whoever pushes from here on finds the ticket. What was pushed before is found here.
            if let Some(task) = self.next(worker) {
                self.give_back(&ticket);
                return Some(task);
            }
            ticket.sleep();
        }
    }

    /// There will be no more pushes, except by tasks that still run. Wakes all sleepers.
    pub fn close(&self) {
        let mut bench = lock(&self.bench);
        bench.closed = true;
        let tickets = std::mem::take(&mut bench.tickets);
        drop(bench);
        tickets.iter().for_each(|ticket| ticket.call());
    }

    fn call_one(&self) {
        let ticket = lock(&self.bench).tickets.pop_front();
        if let Some(ticket) = ticket {
            ticket.call();
        }
    }

    /// It is not needed. If a push has taken it already, that push has to call another one.
    fn give_back(&self, ticket: &Arc<Ticket>) {
        let mut bench = lock(&self.bench);
        let before = bench.tickets.len();
        bench.tickets.retain(|other| !Arc::ptr_eq(other, ticket));
        let was_taken = bench.tickets.len() == before;
        drop(bench);
        if was_taken {
            self.call_one();
        }
    }
}
