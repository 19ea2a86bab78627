// WRONG. Breaks 5, "returns when it has joined all threads" ("When it returns, the threads have ended"): it waits until the
// count of threads is 0, which each thread lowers as the last thing in its function. Then it has not ended: the
// destructors of its thread-locals have not run, for one.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::thread;

use kettle::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    limit: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    news: Condvar,
    /// A thread has ended.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: usize,
    closed: bool,
}

impl Pool {
    /// A pool of at most `limit` threads, and none yet.
    pub fn new(limit: usize) -> Pool {
        Pool { limit, shared: Arc::default() }
    }

    /// Runs `work` on a thread of the pool, as soon as one is free. Never blocks.
    pub fn spawn_blocking<F, R>(&self, work: F) -> Handle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let (tx, rx) = oneshot::channel();
        let job: Job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            let _ = tx.send(result.map_err(JobError::Panicked));
        });
        let mut state = self.shared.lock();
        state.jobs.push_back(job);
        if state.jobs.len() > state.idle && state.threads < self.limit {
            state.threads += 1;
            let shared = Arc::clone(&self.shared);
            thread::spawn(move || shared.work());
        } else {
            self.shared.news.notify_one();
        }
        drop(state);
        Handle { output: rx }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let jobs = mem::take(&mut state.jobs);
        drop(state);
        self.shared.news.notify_all();
        drop(jobs);
        let mut state = self.shared.lock();
        while state.threads > 0 {
            state = self.shared.ended.wait(state).unwrap();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                job();
                state = self.lock();
            } else if state.closed {
                break;
            } else {
                state.idle += 1;
                state = self.news.wait(state).unwrap();
                state.idle -= 1;
            }
        }
        state.threads -= 1;
        self.ended.notify_all();
    }
}

/// Why there is no output.
#[derive(Debug)]
pub enum JobError {
    /// The work panicked, with this.
    Panicked(Box<dyn Any + Send>),
    /// The pool was shut down before the work began.
    Cancelled,
}

/// Waits for the output. Dropped, it lets the work go on.
#[derive(Debug)]
pub struct Handle<R> {
    output: oneshot::Receiver<Result<R, JobError>>,
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let received = Pin::new(&mut self.output).poll(cx);
        received.map(|result| result.unwrap_or(Err(JobError::Cancelled)))
    }
}
