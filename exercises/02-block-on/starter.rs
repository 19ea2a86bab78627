//! How does a thread wait for a future that it polls by itself?
//!
//! `block_on` polls its future. If that is `Pending`, it calls `park` and polls again when that
//! returns. The future's waker is made of the same `Parker`, and may be called at any moment, from
//! any thread: before `park`, while the thread sleeps in it, or never.
//!
//! Replace each `todo!()`, and give the struct the fields that you need. `crate::sync` has std's
//! `thread`, `AtomicBool` and `Ordering`.

use std::sync::Arc;

use futures_task::ArcWake;

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct Parker {}

impl Parker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<Parker> {
        todo!("remember which thread is to be unparked, and that no wake has come yet")
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`),
    /// however often: at once if it was called before, else the thread sleeps until it is.
    ///
    /// `std::thread::park` alone is not enough. It returns for *any* call of `unpark` on this
    /// thread, also for one that had nothing to do with this future; it may return for no reason
    /// at all; and whoever parks this thread during the poll takes away the `unpark` that was ours.
    pub(crate) fn park(&self) {
        todo!("sleep until a wake has come, and take note that it was heard")
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for Parker {
    /// Called by anybody, on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<Parker>) {
        todo!("leave word in {:p} that a wake has come, then unpark its thread", Arc::as_ptr(this))
    }
}
