//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::sync::{AtomicBool, Ordering};

/// Lets a thread wait until its future's waker is called.
pub(crate) struct Parker {
    woken: AtomicBool,
}

impl Parker {
    /// One for this thread.
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { woken: AtomicBool::new(false) })
    }

    /// Returns when the waker was called since the last time that it returned.
    pub(crate) fn park(&self) {
        // Nothing is polled without a wake, but the processor is as busy as if it were.
        while !self.woken.swap(false, Ordering::SeqCst) {
            std::hint::spin_loop();
        }
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.woken.swap(true, Ordering::SeqCst);
    }
}
