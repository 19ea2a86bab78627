//! Which threads run blocking jobs, and how many may there be?
//!
//! They run on a pool of other threads. A job is given to a new thread, unless one is idle or there
//! are as many as there may be: then it is queued. It is queued too if the system refuses the new
//! thread and others are at work. Threads end when they have been idle for a while.
//!
//! Interface: [`Pool`], [`Job`], [`StartThread`]. Invariants: a job is run once or dropped; a job
//! that panics does not end its thread; while a job is queued, a thread will look there. No code of
//! the program's runs under the lock. When the pool is shut down, jobs that have got a thread are
//! awaited; of the queued ones the mandatory are run, and the others dropped.
//!
//! Not here: what a job is, and what happens at its end (`spawn.rs`).
//! tokio: `runtime/blocking/pool.rs`, where every job is queued, and threads start under the lock.

use std::collections::VecDeque;
use std::io;
use std::iter;
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::base::user_code::catch_panic;

/// Work for one thread. Its drop does not panic.
pub(super) struct Job {
    pub(super) run: Box<dyn FnOnce() + Send>,
    /// Is it run even if the pool is shut down before it has a thread?
    pub(super) mandatory: bool,
}

/// Starts a thread that makes this call, once, and then drops it. Gives the threads their names.
pub type StartThread = Arc<dyn Fn(Box<dyn FnMut() + Send>) -> io::Result<()> + Send + Sync>;

/// The threads of one runtime that may block.
pub(super) struct Pool {
    start: StartThread,
    limit: usize,
    keep_alive: Duration,
    state: Mutex<State>,
    /// A job was queued, or the pool was closed.
    news: Condvar,
    /// The last thread has ended.
    empty: Condvar,
}

#[derive(Default)]
struct State {
    /// Jobs that wait for a thread.
    jobs: VecDeque<Job>,
    /// Threads that take jobs, with those that are being started.
    threads: usize,
    /// Those of them that the system may yet refuse: none is at work.
    starting: usize,
    /// `threads`, and those that take no more jobs but have not ended yet.
    alive: usize,
    /// Those of `threads` that wait for a job.
    idle: usize,
    closed: bool,
}

/// One thread of the pool. Dropped when that ends, or could not be started.
struct Member {
    pool: Arc<Pool>,
    /// Empty if the job has been taken back, because the system refused the thread.
    first_job: Arc<Mutex<Option<Job>>>,
    starting: Arc<AtomicBool>,
    takes_jobs: bool,
}

impl Pool {
    pub(super) fn new(start: StartThread, limit: usize, keep_alive: Duration) -> Arc<Pool> {
        let (news, empty) = (Condvar::new(), Condvar::new());
        Arc::new(Pool { start, limit, keep_alive, state: Mutex::default(), news, empty })
    }

    /// Gives a job to a new thread, or queues it. Gives it back if the pool is closed.
    ///
    /// # Errors
    ///
    /// The system gives no thread and the pool has none. Then, and if `start` panics, the job is
    /// dropped.
    pub(super) fn submit(self: &Arc<Pool>, job: Job) -> io::Result<Option<Job>> {
        let mut state = self.state.lock();
        if state.closed {
            return Ok(Some(job));
        }
        if state.jobs.len() < state.idle || state.threads == self.limit {
            state.jobs.push_back(job);
            self.news.notify_one();
            return Ok(None);
        }
        state.threads += 1;
        state.alive += 1;
        state.starting += 1;
        drop(state);
        self.start_thread(job).map(|()| None)
    }

    fn start_thread(self: &Arc<Pool>, job: Job) -> io::Result<()> {
        let (slot, starting) = (Arc::new(Mutex::new(Some(job))), Arc::new(AtomicBool::new(true)));
        let (pool, first_job, counted) = (self.clone(), slot.clone(), starting.clone());
        let mut member = Member { pool, first_job, starting: counted, takes_jobs: true };
        let started = (self.start)(Box::new(move || member.work()));
        let mut state = self.state.lock();
        state.starting -= usize::from(starting.swap(false, Relaxed));
        let Err(error) = started else { return Ok(()) };
        let job = slot.lock().take();
        if state.threads == state.starting {
            drop(state); // and then the job
            return Err(error);
        }
        state.jobs.extend(job);
        self.news.notify_one();
        Ok(())
    }

    /// Its threads that have not ended. While some end, they may be more than the limit.
    pub(super) fn alive(&self) -> usize {
        self.state.lock().alive
    }

    /// Takes no more jobs, drops those queued that are not mandatory, and waits for the others, at
    /// most for `timeout` (`None`: as long as they take): a thread ends only when it finds no job.
    pub(super) fn shut_down(&self, timeout: Option<Duration>) {
        let mut state = self.state.lock();
        state.closed = true;
        let jobs = mem::take(&mut state.jobs);
        let (mandatory, others): (_, VecDeque<_>) = jobs.into_iter().partition(|job| job.mandatory);
        state.jobs = mandatory;
        drop(state);
        self.news.notify_all();
        drop(others);
        let mut state = self.state.lock();
        let working = |state: &mut State| state.alive > 0;
        match timeout {
            None => self.empty.wait_while(&mut state, working),
            Some(timeout) => drop(self.empty.wait_while_for(&mut state, working, timeout)),
        }
    }
}

impl Member {
    fn work(&mut self) {
        self.pool.state.lock().starting -= usize::from(self.starting.swap(false, Relaxed));
        let first_job = self.first_job.lock().take();
        for job in first_job.into_iter().chain(iter::from_fn(|| self.next_job())) {
            catch_panic(job.run);
        }
    }

    /// Waits for a job. `None`: the thread is to end.
    fn next_job(&mut self) -> Option<Job> {
        let mut state = self.pool.state.lock();
        state.idle += 1;
        let nothing = |state: &mut State| state.jobs.is_empty() && !state.closed;
        self.pool.news.wait_while_for(&mut state, nothing, self.pool.keep_alive);
        state.idle -= 1;
        let job = state.jobs.pop_front();
        if job.is_none() {
            state.threads -= 1;
            self.takes_jobs = false;
        }
        job
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock();
        state.starting -= usize::from(self.starting.swap(false, Relaxed));
        state.threads -= usize::from(self.takes_jobs);
        state.alive -= 1;
        if state.alive == 0 {
            self.pool.empty.notify_all();
        }
        // It was to be the only one, and was not started: what waits for it can't be run.
        let waiting = (state.threads == 0).then(|| mem::take(&mut state.jobs));
        drop(state);
        drop(waiting);
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
