//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::sync::thread::{self, Thread};
use crate::sync::{AtomicBool, Ordering};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {
    thread: Thread,
    woken: AtomicBool,
}

impl Parker {
    /// One for this thread.
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current(), woken: AtomicBool::new(false) })
    }

    /// Returns when the waker was called.
    pub(crate) fn park(&self) {
        // A clean slate: what if the wake has come already?
        self.woken.store(false, Ordering::SeqCst);
        while !self.woken.load(Ordering::SeqCst) {
            thread::park();
        }
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.woken.store(true, Ordering::SeqCst);
        this.thread.unpark();
    }
}
