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

// ---- the threads: who is idle sits on a seat, and a job is handed to him there

/// Threads for work that blocks. They are made when they are needed.
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    limit: usize,
    office: Mutex<Office>,
}

#[derive(Default)]
struct Office {
    /// Jobs for which there was neither an idle thread nor room for a new one.
    queue: VecDeque<Job>,
    /// Seats of idle threads. The one who came last is the first to go: his caches are warm.
    idle: Vec<Arc<Seat>>,
    threads: Vec<JoinHandle<()>>,
    closed: bool,
}

enum Order {
    Wait,
    Run(Job),
    GoHome,
}

struct Seat {
    order: Mutex<Order>,
    bell: Condvar,
}

impl Seat {
    fn give(&self, order: Order) {
        *lock(&self.order) = order;
        self.bell.notify_one();
    }

    fn wait(&self) -> Order {
        let mut order = lock(&self.order);
        loop {
            match std::mem::replace(&mut *order, Order::Wait) {
                Order::Wait => order = self.bell.wait(order).unwrap_or_else(PoisonError::into_inner),
                other => return other,
            }
        }
    }
}

impl Pool {
    /// A pool of at most `limit` threads, and none yet.
    pub fn new(limit: usize) -> Pool {
        Pool { shared: Arc::new(Shared { limit, office: Mutex::new(Office::default()) }) }
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
            let result = catch_unwind(AssertUnwindSafe(work)).map_err(JobError::Panicked);
            promise.keep(result);
        });
        let mut office = lock(&self.shared.office);
        if let Some(seat) = office.idle.pop() {
            drop(office);
            seat.give(Order::Run(job));
        } else if office.threads.len() < self.shared.limit {
            let shared = Arc::clone(&self.shared);
            let name = format!("blocking-{}", office.threads.len());
            let thread = thread::Builder::new().name(name).spawn(move || shared.work(job));
            office.threads.push(thread.expect("the system gives us a thread"));
        } else {
            office.queue.push_back(job);
        }
        Handle { slot }
    }

    /// Drops the jobs that wait, then waits for those that run. When it returns, the threads have
    /// ended.
    pub fn shutdown(self) {
        let mut office = lock(&self.shared.office);
        office.closed = true;
        let queue = std::mem::take(&mut office.queue);
        let idle = std::mem::take(&mut office.idle);
        let threads = std::mem::take(&mut office.threads);
        drop(office);
        idle.iter().for_each(|seat| seat.give(Order::GoHome));
        drop(queue);
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self, first: Job) {
        let seat = Arc::new(Seat { order: Mutex::new(Order::Wait), bell: Condvar::new() });
        let mut job = first;
        loop {
            let _ = catch_unwind(AssertUnwindSafe(job));
            let mut office = lock(&self.office);
            if let Some(next) = office.queue.pop_front() {
                job = next;
                continue;
            }
            if office.closed {
                return;
            }
            office.idle.push(Arc::clone(&seat));
            drop(office);
            match seat.wait() {
                Order::Run(next) => job = next,
                _ => return,
            }
        }
    }
}
