// RIGHT (extra). A strong exchange in `park`, `Release` swap in the waker.
//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::base::sync::thread::{self, Thread};
use crate::base::sync::{AtomicBool, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    sleeper: Thread,
    woken: AtomicBool,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        Arc::new(ThreadParker { sleeper: thread::current(), woken: AtomicBool::new(false) })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`).
    pub(crate) fn park(&self) {
        while self.woken.compare_exchange(true, false, Ordering::Acquire, Ordering::Relaxed).is_err() {
            thread::park();
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        this.woken.swap(true, Ordering::Release);
        this.sleeper.unpark();
    }
}
