// WRONG. Breaks 2, "The output is stored first, then the newest waker is called": output and waker have a lock each, and a
// poll looks for the output first and stores its waker then. A job that ends in between finds no waker (or an old
// one): the task waits for ever.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

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
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
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
        let waits = Arc::new(Waits { output: Mutex::new(None), waker: Mutex::new(None) });
        let mut promise = Promise(Some(Arc::clone(&waits)));
        let job: Job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            if let Some(waits) = promise.0.take() {
                waits.finish(result.map_err(JobError::Panicked));
            }
        });
        let mut state = self.shared.lock();
        state.jobs.push_back(job);
        if state.jobs.len() > state.idle && state.threads.len() < self.limit {
            let shared = Arc::clone(&self.shared);
            state.threads.push(thread::spawn(move || shared.work()));
        }
        drop(state);
        self.shared.news.notify_one();
        Handle { waits }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let (jobs, threads) = (mem::take(&mut state.jobs), mem::take(&mut state.threads));
        drop(state);
        self.shared.news.notify_all();
        drop(jobs);
        for thread in threads {
            let _ = thread.join();
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
                return;
            } else {
                state.idle += 1;
                state = self.news.wait(state).unwrap();
                state.idle -= 1;
            }
        }
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

/// What a job and its handle share.
#[derive(Debug)]
struct Waits<R> {
    output: Mutex<Option<Result<R, JobError>>>,
    waker: Mutex<Option<Waker>>,
}

impl<R> Waits<R> {
    /// Stores the output, then wakes.
    fn finish(&self, result: Result<R, JobError>) {
        let mut output = self.output.lock().unwrap();
        *output = Some(result);
        drop(output);
        let waker = self.waker.lock().unwrap().take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// In the job. If that is dropped without having run, there will be no output.
struct Promise<R>(Option<Arc<Waits<R>>>);

impl<R> Drop for Promise<R> {
    fn drop(&mut self) {
        if let Some(waits) = self.0.take() {
            waits.finish(Err(JobError::Cancelled));
        }
    }
}

/// Waits for the output. Dropped, it lets the work go on.
#[derive(Debug)]
pub struct Handle<R> {
    waits: Arc<Waits<R>>,
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let output = self.waits.output.lock().unwrap().take();
        if let Some(output) = output {
            return Poll::Ready(output);
        }
        let newest = Some(cx.waker().clone());
        let old = mem::replace(&mut *self.waits.waker.lock().unwrap(), newest);
        drop(old);
        Poll::Pending
    }
}
