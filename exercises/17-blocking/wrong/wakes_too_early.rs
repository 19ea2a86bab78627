//! A pool of threads for work that blocks.
//!
//! A queue of jobs behind a mutex, a condition variable for threads that have nothing to do, and a
//! slot for each output.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    limit: usize,
    shared: Arc<Shared>,
}

/// What the pool and its threads share.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// Told of each new job, and of the end.
    news: Condvar,
}

#[derive(Default)]
struct State {
    /// Jobs that wait for a thread.
    jobs: VecDeque<Job>,
    threads: Vec<thread::JoinHandle<()>>,
    /// Threads that wait for a job.
    idle: usize,
    closed: bool,
}

/// Runs the work and sends its output. Dropped, it drops both.
type Job = Box<dyn FnOnce() + Send>;

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
        let output = Arc::new(Slot { state: Mutex::new((None, None)) });
        let slot = Completer(Arc::clone(&output));
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(JobError::Panicked);
            slot.0.complete(result);
        };
        let mut state = self.shared.lock();
        state.jobs.push_back(Box::new(job));
        if state.jobs.len() > state.idle && state.threads.len() < self.limit {
            let shared = Arc::clone(&self.shared);
            state.threads.push(thread::spawn(move || shared.work()));
        }
        drop(state);
        self.shared.news.notify_one();
        Handle { output }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let jobs = mem::take(&mut state.jobs);
        let threads = mem::take(&mut state.threads);
        drop(state);
        self.shared.news.notify_all();
        drop(jobs);
        for thread in threads {
            thread.join().expect("a job's panic is caught");
        }
    }
}

impl Shared {
    /// The life of a thread.
    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                job();
                state = self.lock();
            } else if state.closed {
                return;
            } else {
                state.idle += 1;
                state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The output, and who waits for it.
struct Slot<R> {
    state: Mutex<(Option<Result<R, JobError>>, Option<Waker>)>,
}

impl<R> Slot<R> {
    fn lock(&self) -> MutexGuard<'_, (Option<Result<R, JobError>>, Option<Waker>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells who waits, and lays the output down for it.
    fn complete(&self, result: Result<R, JobError>) {
        let waker = self.lock().1.take();
        if let Some(waker) = waker {
            waker.wake();
        }
        self.lock().0.get_or_insert(result);
    }
}

/// Of a job that may never run.
struct Completer<R>(Arc<Slot<R>>);

impl<R> Drop for Completer<R> {
    fn drop(&mut self) {
        self.0.complete(Err(JobError::Cancelled));
    }
}

/// Waits for the output. Dropped, it lets the work go on.
pub struct Handle<R> {
    output: Arc<Slot<R>>,
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let mut state = self.output.lock();
        if let Some(result) = state.0.take() {
            return Poll::Ready(result);
        }
        state.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}
