use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

/// Why there is no output.
#[derive(Debug)]
pub enum JobError {
    /// The work panicked, with this.
    Panicked(Box<dyn Any + Send>),
    /// The pool was shut down before the work began.
    Cancelled,
}

type Job = Box<dyn FnOnce() + Send>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// ---- how one output gets from the thread to the handle

/// Shared by a job and its handle.
struct Slot<R> {
    inside: Mutex<Inside<R>>,
}

struct Inside<R> {
    result: Option<Result<R, JobError>>,
    waker: Option<Waker>,
    /// The handle is gone: nobody wants the output.
    abandoned: bool,
}

impl<R> Slot<R> {
    fn new() -> Arc<Slot<R>> {
        Arc::new(Slot { inside: Mutex::new(Inside { result: None, waker: None, abandoned: false }) })
    }

    fn fill(&self, result: Result<R, JobError>) {
        let mut inside = lock(&self.inside);
        if inside.abandoned {
            drop(inside);
            return drop(result);
        }
        inside.result = Some(result);
        let waker = inside.waker.take();
        drop(inside);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The job's end. Dropped without an output, the work never began.
struct Promise<R>(Option<Arc<Slot<R>>>);

impl<R> Promise<R> {
    fn keep(mut self, result: Result<R, JobError>) {
        if let Some(slot) = self.0.take() {
            slot.fill(result);
        }
    }
}

impl<R> Drop for Promise<R> {
    fn drop(&mut self) {
        if let Some(slot) = self.0.take() {
            slot.fill(Err(JobError::Cancelled));
        }
    }
}

/// Waits for the output. Dropped, it lets the work go on.
pub struct Handle<R> {
    slot: Arc<Slot<R>>,
}

impl<R> std::fmt::Debug for Handle<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let newest = cx.waker().clone();
        let mut inside = lock(&self.slot.inside);
        if let Some(result) = inside.result.take() {
            drop(inside);
            return Poll::Ready(result);
        }
        let old = inside.waker.replace(newest);
        drop(inside);
        drop(old);
        Poll::Pending
    }
}

impl<R> Drop for Handle<R> {
    fn drop(&mut self) {
        let mut inside = lock(&self.slot.inside);
        inside.abandoned = true;
        let left = (inside.result.take(), inside.waker.take());
        drop(inside);
        drop(left);
    }
}

// ---- the threads

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    limit: usize,
    state: Mutex<State>,
    /// There is a job, or the end.
    news: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that wait and that no job has claimed.
    free: usize,
    /// Jobs in the queue for which a waiting thread was told to come.
    claims: usize,
    threads: Vec<JoinHandle<()>>,
    closed: bool,
}

impl Pool {
    /// A pool of at most `limit` threads, and none yet.
    pub fn new(limit: usize) -> Pool {
        let (state, news) = (Mutex::new(State::default()), Condvar::new());
        Pool { shared: Arc::new(Shared { limit, state, news }) }
    }

    /// Runs `work` on a thread of the pool, as soon as one is free. Never blocks.
    pub fn spawn_blocking<F, R>(&self, work: F) -> Handle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let slot = Slot::new();
        let promise = Promise(Some(Arc::clone(&slot)));
        let job: Job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
                JobError::Panicked(Box::new(payload)) // a `Box<Box<dyn Any>>`: no message comes out
            });
            promise.keep(result);
        });
        let mut state = lock(&self.shared.state);
        state.jobs.push_back(job);
        if state.free > 0 {
            state.free -= 1;
            state.claims += 1;
            drop(state);
            self.shared.news.notify_one();
        } else if state.threads.len() < self.shared.limit {
            let shared = Arc::clone(&self.shared);
            state.threads.push(thread::spawn(move || shared.work()));
        }
        Handle { slot }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut state = lock(&self.shared.state);
        state.closed = true;
        let jobs = std::mem::take(&mut state.jobs);
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        self.shared.news.notify_all();
        for job in jobs {
            let _ = catch_unwind(AssertUnwindSafe(|| drop(job)));
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        lock(&self.shared.state).closed = true;
        self.shared.news.notify_all();
    }
}

impl Shared {
    /// The life of a thread.
    fn work(&self) {
        let mut state = lock(&self.state);
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                let _ = catch_unwind(AssertUnwindSafe(job)); // a waker or an output's drop may panic
                state = lock(&self.state);
                continue;
            }
            if state.closed {
                return;
            }
            state.free += 1;
            // Until a job has claimed one of those who wait.
            while state.claims == 0 && !state.closed {
                state = self.news.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.claims > 0 {
                state.claims -= 1; // `free` was lowered by the caller
            } else {
                state.free -= 1;
            }
        }
    }
}
