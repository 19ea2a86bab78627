//! How does a thread wait for a future that it polls by itself?
//!
//! `block_on` polls its future. If that returns `Pending`, `block_on` calls `park`, and polls again
//! when `park` returns. The future's waker is made from the same `ThreadParker`. It may be called
//! at any moment, from any thread: before `park`, while the thread sleeps in it, or never.
//!
//! Replace each `todo!()`, and give the struct the fields that you need. `crate::base::sync` has
//! std's `thread`, `AtomicBool`, `AtomicUsize` and `Ordering`; for the models the same names are
//! loom's.

use std::sync::Arc;

use futures_task::ArcWake;

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        todo!("remember which thread is to be unparked, and that no wake has come yet")
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`),
    /// however often: at once if it was called before, otherwise when it is.
    ///
    /// `std::thread::park` alone is not enough. It returns for *any* call of `unpark` on this
    /// thread, even one that had nothing to do with this future. It may return for no reason at
    /// all. And code that parks this thread during the poll uses up the `unpark` that was ours.
    pub(crate) fn park(&self) {
        todo!("sleep until a wake has come, and note that it has been seen")
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        todo!("note in {:p} that a wake has come, then unpark its thread", Arc::as_ptr(this))
    }
}
