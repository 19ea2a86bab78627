// WRONG. Breaks "what must a wake publish": a wake that finds the flag set does nothing at all. Its exchange fails and
// writes nothing, so what this thread wrote before its wake is not passed on; the poll need not see it, and no
// other poll follows (2, "A wake that comes before the thread sleeps is not lost").
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
        while !self.woken.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        // Only the first of several wakes has to do anything.
        let first = this.woken.compare_exchange(false, true, Ordering::AcqRel, Ordering::Relaxed);
        if first.is_ok() {
            this.sleeper.unpark();
        }
    }
}
