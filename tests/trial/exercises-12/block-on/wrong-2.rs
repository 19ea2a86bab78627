// A wake that finds a note does nothing: it only reads. So what this waker has written before need not be seen
// by the poll that the other wake causes, and no other poll comes. Breaks: "what must a wake publish" (the
// question) and (2) "A wake that comes before the thread sleeps is not lost". Expected: wrong.
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

use crate::base::sync::{AtomicUsize, Ordering, thread};

/// No wake has come, and the thread is awake.
const EMPTY: usize = 0;
/// A wake has come that `park` has not seen.
const WOKEN: usize = 1;
/// No wake has come, and the thread sleeps, or is about to.
const ASLEEP: usize = 2;

/// Lets a thread sleep until its future's waker is called.
pub(crate) struct ThreadParker {
    thread: thread::Thread,
    state: AtomicUsize,
}

impl ThreadParker {
    /// One for this thread. Made once per `block_on`, before the first poll.
    pub(crate) fn new() -> Arc<ThreadParker> {
        Arc::new(ThreadParker { thread: thread::current(), state: AtomicUsize::new(EMPTY) })
    }

    /// Returns when the waker was called since the last time that `park` returned (or since `new`),
    /// however often: at once if it was called before, otherwise when it is.
    ///
    /// `std::thread::park` alone is not enough. It returns for *any* call of `unpark` on this
    /// thread, even one that had nothing to do with this future. It may return for no reason at
    /// all. And code that parks this thread during the poll uses up the `unpark` that was ours.
    pub(crate) fn park(&self) {
        let (taken, failed) = (Ordering::AcqRel, Ordering::Acquire);
        if self.state.compare_exchange(EMPTY, ASLEEP, taken, failed).is_err() {
            // There is a note already.
            self.state.swap(EMPTY, Ordering::AcqRel);
            return;
        }
        loop {
            thread::park();
            if self.state.compare_exchange(WOKEN, EMPTY, taken, failed).is_ok() {
                return;
            }
        }
    }
}

/// What the waker does. (`ArcWake` makes a `Waker` out of an `Arc`, as `std::task::Wake` does.)
impl ArcWake for ThreadParker {
    /// May be called on any thread. Ends the `park` that the thread is in, or the next one.
    fn wake_by_ref(this: &Arc<ThreadParker>) {
        if this.state.load(Ordering::SeqCst) == WOKEN {
            return; // woken already
        }
        if this.state.swap(WOKEN, Ordering::AcqRel) == ASLEEP {
            this.thread.unpark();
        }
    }
}
