//! Which threads run blocking jobs, and how many may there be?
//!
//! To a pool of other threads. A job is queued until a thread is free; threads are made when none
//! is, up to a limit, and end when they have been idle for a while.
//!
//! Interface: [`Pool`], [`Job`], [`StartThread`]. Invariants: a job is run once or dropped; a job
//! that panics does not end its thread. No code of the program's runs under the lock. When the pool
//! is shut down, started jobs are awaited; of the queued ones the mandatory are run, and the others
//! dropped.
//!
//! Not here: what a job is, and what happens at its end (`spawn.rs`).
//!
//! tokio: `runtime/blocking/pool.rs`.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::base::user_code::catch_panic;

/// Work for one thread.
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
    jobs: VecDeque<Job>,
    /// Threads that take jobs.
    threads: usize,
    /// Threads that have not ended; some take no more jobs.
    alive: usize,
    /// Threads that wait for a job.
    idle: usize,
    closed: bool,
}

/// One thread of the pool. Dropped when that ends, or could not be started.
struct Member {
    pool: Arc<Pool>,
    takes_jobs: bool,
}

impl Pool {
    pub(super) fn new(start: StartThread, limit: usize, keep_alive: Duration) -> Arc<Pool> {
        let (news, empty) = (Condvar::new(), Condvar::new());
        Arc::new(Pool { start, limit, keep_alive, state: Mutex::default(), news, empty })
    }

    /// Queues a job, and makes a thread if none is free. Gives the job back if the pool is closed.
    ///
    /// # Errors
    ///
    /// The system gives no thread and the pool has none.
    pub(super) fn submit(self: &Arc<Pool>, job: Job) -> io::Result<Option<Job>> {
        let mut state = self.state.lock();
        if state.closed {
            return Ok(Some(job));
        }
        state.jobs.push_back(job);
        if state.jobs.len() > state.idle && state.threads < self.limit {
            state.threads += 1;
            state.alive += 1;
            drop(state);
            self.start_thread()?;
        }
        self.news.notify_one();
        Ok(None)
    }

    fn start_thread(self: &Arc<Pool>) -> io::Result<()> {
        let mut member = Member { pool: self.clone(), takes_jobs: true };
        let started = (self.start)(Box::new(move || member.work()));
        let mut state = self.state.lock();
        if started.is_ok() || state.threads > 0 {
            return Ok(()); // without a new one, the job waits for one of the threads there are
        }
        let jobs = mem::take(&mut state.jobs);
        drop(state);
        drop(jobs);
        started
    }

    /// Its threads, at work or idle.
    pub(super) fn alive(&self) -> usize {
        self.state.lock().alive
    }

    /// Takes no more jobs, drops those that are queued and not mandatory, and waits for the others,
    /// at most for `timeout` (`None`: as long as they take). A thread ends only when it finds no
    /// job, so there is one for each that is left.
    pub(super) fn shut_down(&self, timeout: Option<Duration>) {
        let mut state = self.state.lock();
        state.closed = true;
        let queued = mem::take(&mut state.jobs);
        let (mandatory, others): (_, VecDeque<Job>) =
            queued.into_iter().partition(|job| job.mandatory);
        state.jobs = mandatory;
        drop(state);
        self.news.notify_all();
        for job in others {
            catch_panic(|| drop(job));
        }
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
        while let Some(job) = self.next_job() {
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
        state.threads -= usize::from(self.takes_jobs);
        state.alive -= 1;
        if state.alive == 0 {
            self.pool.empty.notify_all();
        }
    }
}
