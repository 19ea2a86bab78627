//! Which threads run blocking jobs, and how many may there be?
//!
//! To a pool of other threads. A job is queued until a thread is free; threads are made when none
//! is, up to a limit, and end when they have been idle for a while.
//!
//! Interface: [`Pool`]. Invariants: a job is run once or dropped; a job that panics does not end
//! its thread. When the pool is shut down, queued jobs are dropped and started ones are awaited.
//!
//! Not here: what a job is, and what happens at its end (`spawn.rs`).
//!
//! tokio: `runtime/blocking/pool.rs`.

use std::collections::VecDeque;
use std::io;
use std::mem;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::base::user_code::catch_panic;

/// Work for one thread.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// The threads of one runtime that may block.
pub(super) struct Pool {
    name: String,
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
    threads: usize,
    /// Threads that wait for a job.
    idle: usize,
    closed: bool,
}

impl Pool {
    pub(super) fn new(name: String, limit: usize, keep_alive: Duration) -> Arc<Pool> {
        let (news, empty) = (Condvar::new(), Condvar::new());
        Arc::new(Pool { name, limit, keep_alive, state: Mutex::default(), news, empty })
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
            match self.start_thread() {
                Ok(()) => state.threads += 1,
                Err(_) if state.threads > 0 => {} // the job waits for one of the threads there are
                Err(error) => {
                    let job = state.jobs.pop_back();
                    drop(state);
                    drop(job);
                    return Err(error);
                }
            }
        }
        self.news.notify_one();
        Ok(None)
    }

    /// Its threads, at work or idle.
    pub(super) fn threads(&self) -> usize {
        self.state.lock().threads
    }

    fn start_thread(self: &Arc<Pool>) -> io::Result<()> {
        let pool = self.clone();
        thread::Builder::new().name(self.name.clone()).spawn(move || pool.work())?;
        Ok(())
    }

    /// One thread's life.
    fn work(&self) {
        while let Some(job) = self.next_job() {
            catch_panic(job);
        }
    }

    /// Waits for a job. `None`: the thread is to end. It is no longer counted.
    fn next_job(&self) -> Option<Job> {
        let mut state = self.state.lock();
        state.idle += 1;
        let nothing = |state: &mut State| state.jobs.is_empty() && !state.closed;
        self.news.wait_while_for(&mut state, nothing, self.keep_alive);
        state.idle -= 1;
        let job = state.jobs.pop_front();
        if job.is_none() {
            state.threads -= 1;
            if state.threads == 0 {
                self.empty.notify_all();
            }
        }
        job
    }

    /// Takes no more jobs, drops those that are queued, and waits for those that have started, at
    /// most for `timeout` (`None`: as long as they take).
    pub(super) fn shut_down(&self, timeout: Option<Duration>) {
        let mut state = self.state.lock();
        state.closed = true;
        let queued = mem::take(&mut state.jobs);
        drop(state);
        self.news.notify_all();
        for job in queued {
            catch_panic(|| drop(job));
        }
        let mut state = self.state.lock();
        let working = |state: &mut State| state.threads > 0;
        match timeout {
            None => self.empty.wait_while(&mut state, working),
            Some(timeout) => drop(self.empty.wait_while_for(&mut state, working, timeout)),
        }
    }
}
