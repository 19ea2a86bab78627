//! How does a thread wait for a future that it polls by itself?
//!
//! It sleeps, and the future's waker unparks it. A flag says whether the waker was called: so a
//! wake that comes before the sleep is kept, and an `unpark` that is not ours changes nothing.
//!
//! kettle's own file differs in one word: `AcqRel`, a weaker order, which is all that it needs. The
//! model checker loom says so, which runs the file with its own threads and atomics in the place of
//! `crate::sync`'s. It says too that a plain store would not do for the flag: of two wakers, only
//! the last one's news is then sure to be seen.

use std::sync::Arc;

use futures_task::ArcWake;

use crate::sync::thread::{self, Thread};
use crate::sync::{AtomicBool, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {
    /// Who sleeps.
    thread: Thread,
    /// Was the waker called, and `park` has not returned since?
    woken: AtomicBool,
}

impl Parker {
    /// One for this thread.
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current(), woken: AtomicBool::new(false) })
    }

    /// Returns when the waker was called since the last time that it returned.
    pub(crate) fn park(&self) {
        // One step: a wake may come between a look and a store, and a store does not read, so
        // what that waker wrote need not be seen by the poll that follows.
        while !self.woken.swap(false, Ordering::SeqCst) {
            // An `unpark` between the look and the sleep makes this return at once.
            thread::park();
        }
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        // The flag first: who is unparked looks at it.
        this.woken.swap(true, Ordering::SeqCst);
        this.thread.unpark();
    }
}
