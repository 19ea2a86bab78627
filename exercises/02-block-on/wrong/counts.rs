//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_task::ArcWake;

use crate::sync::thread::{self, Thread};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {
    thread: Thread,
    /// Wakes that `park` has not returned for: no wake is to be without its poll.
    wakes: AtomicUsize,
}

impl Parker {
    /// One for this thread.
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current(), wakes: AtomicUsize::new(0) })
    }

    /// Returns once for each wake.
    pub(crate) fn park(&self) {
        while self.wakes.load(Ordering::SeqCst) == 0 {
            thread::park();
        }
        self.wakes.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.wakes.fetch_add(1, Ordering::SeqCst);
        this.thread.unpark();
    }
}
