//! How does a thread wait for a future that it polls by itself?
//!
//! It sleeps, and the future's waker unparks it. The flag keeps a wake that comes before the sleep,
//! and tells this unpark from others. The loom models in `tests/models` run this file unchanged.

use std::sync::Arc;

use futures_task::ArcWake;

use crate::base::sync::thread::{self, Thread};
use crate::base::sync::{AtomicBool, Ordering};

pub(crate) struct ThreadParker {
    thread: Thread,
    notified: AtomicBool,
}

impl ThreadParker {
    pub(crate) fn new() -> Arc<ThreadParker> {
        Arc::new(ThreadParker { thread: thread::current(), notified: AtomicBool::new(false) })
    }

    pub(crate) fn park(&self) {
        while !self.notified.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

impl ArcWake for ThreadParker {
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        // A swap also reads the flag, so the last of several wakers passes on what the others wrote
        // before their wakes. A plain store would pass on only its own thread's writes.
        this.notified.swap(true, Ordering::AcqRel);
        this.thread.unpark();
    }
}
