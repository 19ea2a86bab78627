// RIGHT. Believes: no condition variable. An idle thread puts a letter box (the sender of an mpsc channel) on a stack, and
// whoever takes it from there hands that thread exactly one job. Only what finds neither
// an idle thread nor room for a new one goes into the queue. The handle has a slot of its own, not a oneshot.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};

type Job = Box<dyn FnOnce() + Send>;

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    limit: usize,
    shared: Arc<Shared>,
}

struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    /// Jobs for which there was neither an idle thread nor a new one.
    waiting: VecDeque<Job>,
    /// The letter boxes of the threads that have nothing to do.
    idle: Vec<Sender<Job>>,
    /// How many threads there are, or are just being made.
    threads: usize,
    joins: Vec<JoinHandle<()>>,
    closed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    /// A pool of at most `limit` threads, and none yet.
    pub fn new(limit: usize) -> Pool {
        Pool { limit, shared: Arc::new(Shared(Mutex::default())) }
    }

    /// Runs `work` on a thread of the pool, as soon as one is free. Never blocks.
    pub fn spawn_blocking<F, R>(&self, work: F) -> Handle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let slot = Arc::new(Mutex::new(Slot { result: None, waker: None, wanted: true }));
        let promise = Promise(Some(Arc::clone(&slot)));
        let job: Job = Box::new(move || {
            let mut promise = promise;
            let result = catch_unwind(AssertUnwindSafe(work));
            promise.keep(result.map_err(JobError::Panicked));
        });
        self.hand_out(job);
        Handle { slot: Some(slot) }
    }

    fn hand_out(&self, job: Job) {
        let mut state = lock(&self.shared.0);
        if let Some(letter_box) = state.idle.pop() {
            // Its thread is in `recv`, or on the way there: this one job is its own.
            letter_box.send(job).expect("an idle thread has its letter box");
        } else if state.threads < self.limit {
            state.threads += 1;
            drop(state);
            let shared = Arc::clone(&self.shared);
            let join = thread::spawn(move || shared.live(job));
            lock(&self.shared.0).joins.push(join);
        } else {
            state.waiting.push_back(job);
        }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut state = lock(&self.shared.0);
        state.closed = true;
        let waiting = mem::take(&mut state.waiting);
        let joins = mem::take(&mut state.joins);
        let idle = mem::take(&mut state.idle);
        drop(state);
        drop(idle); // their threads' `recv` fails, and they end
        drop(waiting); // their handles learn it
        for join in joins {
            let _ = join.join();
        }
    }
}

/// A pool that goes without `shutdown` lets its threads do what waits, and then end.
impl Drop for Pool {
    fn drop(&mut self) {
        let mut state = lock(&self.shared.0);
        state.closed = true;
        let idle = mem::take(&mut state.idle);
        drop(state);
        drop(idle);
    }
}

impl Shared {
    /// The life of a thread, which begins with a job.
    fn live(&self, first: Job) {
        let mut job = first;
        loop {
            // The work's panic is in its result. What is caught here comes from a destructor or a waker.
            let _ = catch_unwind(AssertUnwindSafe(job)).map_err(mem::forget);
            match self.next() {
                Some(next) => job = next,
                None => return,
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = lock(&self.0);
        if let Some(job) = state.waiting.pop_front() {
            return Some(job);
        }
        if state.closed {
            return None;
        }
        // A new letter box for each idle time. Its only sender is on the stack, so `recv` fails when the
        // stack is thrown away.
        let (letter_box, jobs) = channel();
        state.idle.push(letter_box);
        drop(state);
        jobs.recv().ok()
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

#[derive(Debug)]
struct Slot<R> {
    result: Option<Result<R, JobError>>,
    waker: Option<Waker>,
    /// Is there a handle?
    wanted: bool,
}

/// The job's end of the slot. Dropped without a result, it says that the job was cancelled.
struct Promise<R>(Option<Arc<Mutex<Slot<R>>>>);

impl<R> Promise<R> {
    fn keep(&mut self, result: Result<R, JobError>) {
        let Some(slot) = self.0.take() else { return };
        let mut inside = lock(&slot);
        if !inside.wanted {
            drop(inside);
            drop(result); // with no lock held
            return;
        }
        inside.result = Some(result);
        let waker = inside.waker.take();
        drop(inside);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<R> Drop for Promise<R> {
    fn drop(&mut self) {
        self.keep(Err(JobError::Cancelled));
    }
}

/// Waits for the output. Dropped, it lets the work go on.
#[derive(Debug)]
pub struct Handle<R> {
    slot: Option<Arc<Mutex<Slot<R>>>>,
}

impl<R> Future for Handle<R> {
    type Output = Result<R, JobError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<R, JobError>> {
        let newest = cx.waker().clone(); // before the lock is taken
        let slot = self.slot.as_ref().expect("polled after it was ready");
        let mut inside = lock(slot);
        if let Some(result) = inside.result.take() {
            drop(inside);
            self.slot = None;
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
        let Some(slot) = self.slot.take() else { return };
        let mut inside = lock(&slot);
        inside.wanted = false;
        let left = (inside.result.take(), inside.waker.take());
        drop(inside);
        drop(left);
    }
}
