// WRONG. Breaks 2, "A wake that comes before the thread sleeps is not lost": a wake turns the flag over, and `park`
// waits until it is not as it was. Two wakes (or any even number) are none.
//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::base::sync::thread::{self, Thread};
use crate::base::sync::{AtomicUsize, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    sleeper: Thread,
    /// Even or odd: each wake changes that.
    side: AtomicUsize,
    /// The side that `park` has seen last.
    seen: AtomicUsize,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        let (side, seen) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(ThreadParker { sleeper: thread::current(), side, seen })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`).
    pub(crate) fn park(&self) {
        let seen = self.seen.load(Ordering::SeqCst);
        while self.side.load(Ordering::SeqCst) % 2 == seen {
            thread::park();
        }
        self.seen.store(1 - seen, Ordering::SeqCst);
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        this.side.fetch_add(1, Ordering::SeqCst);
        this.sleeper.unpark();
    }
}
