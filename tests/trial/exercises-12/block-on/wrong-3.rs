// Two flags, as in right-2, but `AcqRel` and `Acquire`: each side may miss what the other has just stored, and
// then the thread sleeps with a note, and nobody unparks it. Breaks (2): "A wake that comes before the thread
// sleeps is not lost ... in the short time between the poll and the sleep". Expected: wrong.
//! How does a thread wait for a future that it polls by itself?
//!
//! `block_on` polls its future. If that returns `Pending`, `block_on` calls `park`, and polls again
//! when `park` returns. The future's waker is made from the same `ThreadParker`. It may be called at
//! any moment, from any thread: before `park`, while the thread sleeps in it, or never.
//!
//! Replace each `todo!()`, and give the struct the fields that you need. `crate::base::sync` has
//! std's `thread`, `AtomicBool`, `AtomicUsize` and `Ordering`; the checks can watch these atomics.

use std::sync::Arc;

use futures_task::ArcWake;

use crate::base::sync::{AtomicBool, Ordering, thread};

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    thread: thread::Thread,
    woken: AtomicBool,
    /// The thread sleeps, or is about to: only then it has to be unparked.
    asleep: AtomicBool,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        let (woken, asleep) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(ThreadParker { thread: thread::current(), woken, asleep })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`),
    /// however often: at once if it was called before, otherwise when it is.
    ///
    /// `std::thread::park` alone is not enough. It returns for *any* call of `unpark` on this
    /// thread, even one that had nothing to do with this future. It may return for no reason at
    /// all. And code that parks this thread during the poll uses up the `unpark` that was ours.
    pub(crate) fn park(&self) {
        while !self.woken.swap(false, Ordering::AcqRel) {
            self.asleep.swap(true, Ordering::AcqRel);
            // A wake since the swap has not seen that we sleep.
            if !self.woken.load(Ordering::Acquire) {
                thread::park();
            }
            self.asleep.swap(false, Ordering::AcqRel);
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        this.woken.swap(true, Ordering::AcqRel);
        if this.asleep.load(Ordering::Acquire) {
            this.thread.unpark();
        }
    }
}
