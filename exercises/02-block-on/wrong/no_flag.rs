//! How does a thread wait for a future that it polls by itself?

use std::sync::Arc;

use futures_task::ArcWake;

use crate::sync::thread::{self, Thread};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {
    thread: Thread,
}

impl Parker {
    /// One for this thread.
    pub(crate) fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current() })
    }

    /// Returns when the thread was unparked: an `unpark` before the sleep is kept by the thread.
    #[allow(clippy::unused_self)]
    pub(crate) fn park(&self) {
        thread::park();
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.thread.unpark();
    }
}
