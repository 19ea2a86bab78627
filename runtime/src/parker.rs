//! How does a thread wait for a future that it polls by itself?
//!
//! It sleeps, and the future's waker unparks it. The flag keeps a wake that comes before the
//! sleep, and tells ours from anybody else's `unpark`.
//!
//! tokio: `runtime/park.rs`, `CachedParkThread`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Thread};

use futures_task::ArcWake;

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {
    thread: Thread,
    notified: AtomicBool,
}

impl Parker {
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current(), notified: AtomicBool::new(false) })
    }

    pub(crate) fn park(&self) {
        while !self.notified.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.notified.store(true, Ordering::Release);
        this.thread.unpark();
    }
}
