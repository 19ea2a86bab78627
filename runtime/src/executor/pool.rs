//! Which threads run blocking jobs, and how many may there be?
//!
//! A pool of other threads runs them. Each job is queued, and if no idle thread is left for it, a
//! new one is started, up to a limit. If the system refuses the new thread, the job waits for the
//! others, even for one that is just being started. A thread that stays idle for a while ends.
//!
//! Interface: [`Pool`], [`Job`], [`StartThread`]. Invariants: a job, a `FnOnce`, is run once, or
//! dropped because there was no thread at all. A job that panics doesn't end its thread. While a
//! job is queued, some thread will check the queue. A pool that was shut down takes no new jobs but
//! runs those that it has (`tests/engine/blocking.rs`). Jobs are made in `runtime/spawn.rs`.
//!
//! tokio: starts threads under the lock, and at the end drops a job whose thread is still asleep.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::StateLock;
use parking_lot::Condvar;

use crate::base::user_code::catch_panic;

/// Work for one thread. Its drop does not panic.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// Starts a thread that calls this closure once and then drops it.
pub type StartThread = Arc<dyn Fn(Box<dyn FnMut() + Send>) -> io::Result<()> + Send + Sync>;

pub(crate) struct Pool {
    start: StartThread,
    limit: usize,
    keep_alive: Duration,
    state: StateLock<State>,
    /// A job was queued, or the pool was closed.
    news: Condvar,
    /// The last thread has ended.
    empty: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that take jobs, including those being started.
    threads: usize,
    /// `threads`, plus those that take no more jobs but have not ended yet.
    alive: usize,
    /// How many of `threads` are waiting for a job.
    idle: usize,
    closed: bool,
}

/// One thread of the pool. It is dropped when the thread ends or couldn't be started.
struct Member {
    pool: Arc<Pool>,
    takes_jobs: bool,
}

impl Pool {
    pub(crate) fn new(start: StartThread, limit: usize, keep_alive: Duration) -> Arc<Pool> {
        let (news, empty) = (Condvar::new(), Condvar::new());
        Arc::new(Pool { start, limit, keep_alive, state: StateLock::default(), news, empty })
    }

    /// Queues a job, and starts a thread if none is idle. Returns the job if the pool is closed. An
    /// error means that the system refuses a thread. If no other thread is left after it, or after
    /// a panic of `start`, all jobs in the queue have been dropped, since nothing can run them.
    pub(crate) fn submit(self: &Arc<Pool>, job: Job) -> io::Result<Option<Job>> {
        let mut state = self.state.lock();
        if state.closed {
            return Ok(Some(job));
        }
        state.jobs.push_back(job);
        let starts = state.jobs.len() > state.idle && state.threads < self.limit;
        state.threads += usize::from(starts);
        state.alive += usize::from(starts);
        state.check(self.limit);
        if !starts {
            self.news.notify_one();
            return Ok(None);
        }
        drop(state);
        let mut member = Member { pool: self.clone(), takes_jobs: true };
        (self.start)(Box::new(move || member.work()))?;
        Ok(None)
    }

    /// How many threads have not ended. While some are ending, there may be more than the limit.
    pub(crate) fn alive(&self) -> usize {
        self.state.lock().alive
    }

    /// Takes no more jobs, and waits until those that it has are done, for at most `timeout`. A
    /// thread ends only when it finds no job.
    pub(crate) fn shut_down(&self, timeout: Option<Duration>) {
        let mut state = self.state.lock();
        state.closed = true;
        self.news.notify_all();
        let working = |state: &mut State| state.alive > 0;
        match timeout {
            None => self.empty.wait_while(&mut state.0, working),
            Some(timeout) => drop(self.empty.wait_while_for(&mut state.0, working, timeout)),
        }
    }
}

impl Member {
    fn work(&mut self) {
        while let Some(job) = self.next_job() {
            catch_panic(job);
        }
    }

    /// Waits for a job. `None`: the thread should end.
    fn next_job(&mut self) -> Option<Job> {
        let mut state = self.pool.state.lock();
        state.idle += 1;
        let nothing = |state: &mut State| state.jobs.is_empty() && !state.closed;
        self.pool.news.wait_while_for(&mut state.0, nothing, self.pool.keep_alive);
        state.idle -= 1;
        let job = state.jobs.pop_front();
        if job.is_none() {
            state.threads -= 1;
            self.takes_jobs = false;
        }
        state.check(self.pool.limit);
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
        // Without a thread, because the only one didn't start, nothing can run the waiting jobs.
        let waiting = (state.threads == 0).then(|| mem::take(&mut state.jobs));
        drop((state, waiting)); // the lock first
    }
}

#[path = "pool_checks.rs"]
mod checks;

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
