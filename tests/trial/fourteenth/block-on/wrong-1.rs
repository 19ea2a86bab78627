// WRONG. Breaks 1, "While the future waits, the thread sleeps. It polls nothing and uses no processor": the waker
// only sets the flag, and the thread gets up each millisecond to look at it.
//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use std::time::Duration;

use crate::base::sync::thread;
use crate::base::sync::{AtomicBool, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    woken: AtomicBool,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        Arc::new(ThreadParker { woken: AtomicBool::new(false) })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`).
    pub(crate) fn park(&self) {
        while !self.woken.swap(false, Ordering::AcqRel) {
            // Others use `unpark`, too, so it can't be relied on. This ends in any case.
            thread::park_timeout(Duration::from_millis(1));
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        this.woken.swap(true, Ordering::AcqRel);
    }
}
