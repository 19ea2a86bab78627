//! A pool of threads for work that blocks.
//!
//! A queue of jobs behind a mutex, a condition variable for threads that have nothing to do, and a
//! oneshot for each output. The oneshot does what is difficult: the output is there before the task is
//! woken, and a job that is dropped instead of run is heard of, too.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;

use kettle::sync::oneshot;

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
        let (to, output) = oneshot::channel();
        let job = move || {
            let result = catch_unwind(AssertUnwindSafe(work));
            // If the handle is gone, it is not wanted.
            drop(to.send(result));
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

/// Waits for the output. Dropped, it lets the work go on.
#[derive(Debug)]
pub struct Handle<R> {
    output: oneshot::Receiver<thread::Result<R>>,
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let received = ready!(Pin::new(&mut self.output).poll(cx));
        Poll::Ready(match received {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(panic)) => Err(JobError::Panicked(panic)),
            // The job was dropped, and its sender with it.
            Err(_) => Err(JobError::Cancelled),
        })
    }
}
