// RIGHT. Believes: no flag that is cleared, but a count of wakes that only grows. `park` compares it with the count
// that it had seen when it last returned. All `fetch_add`s are one release sequence, so whoever reads the
// newest count with `Acquire` sees what each waker wrote before its wake, also with `Release` alone.
//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::base::sync::thread::{self, Thread};
use crate::base::sync::{AtomicUsize, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    sleeper: Thread,
    /// How many wakes there have been. Written by the wakers.
    wakes: AtomicUsize,
    /// How many of them `park` has told of. Only the sleeper reads and writes it.
    told: AtomicUsize,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        let (wakes, told) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(ThreadParker { sleeper: thread::current(), wakes, told })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`),
    /// however often: at once if it was called before, otherwise when it is.
    pub(crate) fn park(&self) {
        let told = self.told.load(Ordering::Relaxed);
        loop {
            let wakes = self.wakes.load(Ordering::Acquire);
            if wakes != told {
                self.told.store(wakes, Ordering::Relaxed);
                return;
            }
            thread::park();
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        this.wakes.fetch_add(1, Ordering::Release);
        this.sleeper.unpark();
    }
}
