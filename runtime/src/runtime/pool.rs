//! Which threads run blocking jobs, and how many may there be?
//!
//! They run on a pool of other threads. A job is queued until a thread is free; threads are made
//! when none is, up to a limit, and end when they have been idle for a while.
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
use scopeguard::{ScopeGuard, guard};

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
    /// Each with its ticket.
    jobs: VecDeque<(u64, Job)>,
    /// The latest job's.
    ticket: u64,
    /// Threads that take jobs, or will once they have been started.
    threads: usize,
    /// Calls of `start` that have not returned.
    starting: usize,
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
    /// The system gives no thread and the pool has none. Then, and if `start` panics, the job is
    /// dropped.
    pub(super) fn submit(self: &Arc<Pool>, job: Job) -> io::Result<Option<Job>> {
        let mut state = self.state.lock();
        if state.closed {
            return Ok(Some(job));
        }
        state.ticket += 1;
        let ticket = state.ticket;
        state.jobs.push_back((ticket, job));
        if state.jobs.len() > state.idle && state.threads < self.limit {
            state.threads += 1;
            state.alive += 1;
            state.starting += 1;
            drop(state);
            let panicked = guard((), |()| drop(self.withdraw(ticket)));
            let started = self.start_thread();
            ScopeGuard::into_inner(panicked);
            // If the job is gone, another thread has come and taken it.
            if started.is_err() && self.withdraw(ticket).is_some() {
                return started.map(|()| None);
            }
        }
        self.news.notify_one();
        Ok(None)
    }

    fn start_thread(self: &Arc<Pool>) -> io::Result<()> {
        let mut member = Member { pool: self.clone(), takes_jobs: true };
        let returned = guard((), |()| self.state.lock().starting -= 1);
        let started = (self.start)(Box::new(move || member.work()));
        drop(returned);
        let state = self.state.lock();
        // Without a new thread, the job waits for one of those at work. One that is being started
        // is none yet: the system may refuse it, too.
        if state.threads > state.starting { Ok(()) } else { started }
    }

    /// Takes a job out of the queue, if it is still there.
    fn withdraw(&self, ticket: u64) -> Option<(u64, Job)> {
        let mut state = self.state.lock();
        let index = state.jobs.iter().position(|(of, _)| *of == ticket)?;
        state.jobs.remove(index)
    }

    /// Its threads that have not ended. While some end, they may be more than the limit.
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
        let (mandatory, others): (_, VecDeque<_>) =
            queued.into_iter().partition(|(_, job)| job.mandatory);
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
        let job = state.jobs.pop_front().map(|(_, job)| job);
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
