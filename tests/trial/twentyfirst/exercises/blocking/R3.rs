use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// Threads for work that blocks. They are made when they are needed, and share one receiver.
pub struct Pool {
    limit: usize,
    jobs: mpsc::Sender<Job>,
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    inbox: Mutex<mpsc::Receiver<Job>>,
    /// Jobs that have come and not ended.
    load: AtomicUsize,
    closed: AtomicBool,
}

impl Pool {
    pub fn new(limit: usize) -> Pool {
        let (jobs, inbox) = mpsc::channel();
        let (load, closed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let shared = Arc::new(Shared { inbox: Mutex::new(inbox), load, closed });
        Pool { limit, jobs, shared, threads: Mutex::default() }
    }

    pub fn spawn_blocking<F, R>(&self, work: F) -> Handle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let slot = Slot::new();
        let promise = Promise(Some(Arc::clone(&slot)));
        let job: Job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(JobError::Panicked);
            promise.keep(result);
        });
        let mut threads = lock(&self.threads);
        let before = self.shared.load.fetch_add(1, Ordering::AcqRel);
        let _ = self.jobs.send(job);
        if before >= threads.len() && threads.len() < self.limit {
            let shared = Arc::clone(&self.shared);
            threads.push(thread::spawn(move || shared.work()));
        }
        Handle { slot }
    }

    pub fn shutdown(self) {
        let Pool { jobs, shared, threads, .. } = self;
        shared.closed.store(true, Ordering::Release);
        // Those that wait are dropped by us, or by a thread that takes one out. Then the end.
        drop(jobs);
        let threads = threads.into_inner().unwrap_or_else(PoisonError::into_inner);
        while let Some(job) = shared.next() {
            let _ = catch_unwind(AssertUnwindSafe(|| drop(job)));
        }
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn next(&self) -> Option<Job> {
        lock(&self.inbox).recv().ok()
    }

    fn work(&self) {
        while let Some(job) = self.next() {
            if self.closed.load(Ordering::Acquire) {
                drop(job);
            } else {
                let _ = catch_unwind(AssertUnwindSafe(job));
            }
            self.load.fetch_sub(1, Ordering::AcqRel);
        }
    }
}
