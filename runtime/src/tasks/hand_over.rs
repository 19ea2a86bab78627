//! How does a finished task reach the handle that waits for it?
//!
//! They share a [`HandOver`], a state behind a lock. The executor puts the finished task in and the
//! handle takes it out, whichever comes first and whatever thread the handle is on.
//!
//! ```text
//!      ┌──┐ 1 poll
//!      │  ▼           2 finish               3 poll
//!     Waiting ───────────────────▶ Finished ────────▶ Taken
//!      │                             │                 ▲ ▲
//!      │ 4 detach                    └──── 4 detach ───┘ │
//!      ▼                    5 finish                     │
//!     Detached ──────────────────────────────────────────┘
//! ```
//!
//! - `Waiting`: the task has not ended. If the handle was polled, its latest waker is here, and
//!   `finish` returns it to be called, once.
//! - `Finished`: the task has ended, but the handle doesn't know yet.
//! - `Taken`: there is nothing left to hand over.
//! - `Detached`: the task has not ended, but its handle is gone. `finish` returns the value.
//!
//! A flag beside the state asks the task to end ([`HandOver::abort`]). The executor reads it before
//! each poll, so it works even before the task has reached its scheduler.
//!
//! Invariant: no user code runs under the lock, because everything taken out is returned to the
//! caller, which drops or calls it. The loom models in `tests/models` run this file unchanged.
//!
//! tokio: bits of the task's atomic state word (`JOIN_INTEREST`, `JOIN_WAKER`, `COMPLETE`) say who
//! may touch the output and the waker, which are in `UnsafeCell`s.

use std::mem;
use std::task::{Context, Poll};

use kettle_events::StoredId;

use crate::base::sync::{AtomicBool, Ordering, StateLock};
use crate::base::{Call, WakerSlot, store_waker};

pub(crate) struct HandOver<V> {
    state: StateLock<State<V>>,
    /// Set under the lock, but read without it before each poll.
    aborted: AtomicBool,
}

/// The states above, with what each holds.
pub(crate) enum State<V> {
    Waiting(WakerSlot),
    Finished(V),
    Taken,
    Detached,
}

impl<V> HandOver<V> {
    pub(crate) fn new() -> HandOver<V> {
        let state = StateLock::new(State::Waiting(WakerSlot::EMPTY));
        HandOver { state, aborted: AtomicBool::new(false) }
    }

    /// Edges 1 and 3: takes the finished task, or stores the newest waker for the wait that `asked`
    /// returns. Panics if the task was already taken.
    pub(crate) fn poll(&self, cx: &Context<'_>, mut asked: impl FnMut() -> StoredId) -> Poll<V> {
        let polled = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            match &mut *state {
                State::Waiting(waker) => {
                    let old = waker.store(cx, clone)?;
                    waker.stored_for(asked());
                    Some(Err(old))
                }
                ended => Some(Ok(mem::replace(ended, State::Taken))),
            }
        });
        match polled {
            Ok(State::Finished(value)) => Poll::Ready(value),
            Ok(_) => panic!("JoinHandle polled after completion"),
            Err(_old) => Poll::Pending,
        }
    }

    /// Edges 2 and 5: the task has ended. Returns the waker to call or, if the handle is gone or
    /// the task had ended before, the value.
    pub(crate) fn finish(&self, value: V) -> (Option<Call>, Option<V>) {
        let mut state = self.state.lock();
        match &mut *state {
            State::Waiting(waker) => {
                let waker = waker.take();
                *state = State::Finished(value);
                return (waker, None);
            }
            State::Detached => *state = State::Taken,
            State::Finished(_) | State::Taken => {}
        }
        (None, Some(value))
    }

    /// Edge 4: the handle is dropped. Returns what the state held, to be dropped.
    pub(crate) fn detach(&self) -> State<V> {
        let mut state = self.state.lock();
        let next = if state.is_over() { State::Taken } else { State::Detached };
        mem::replace(&mut *state, next)
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.state.lock().is_over()
    }

    /// Does a task that has not ended still have its handle?
    pub(crate) fn has_handle(&self) -> bool {
        matches!(*self.state.lock(), State::Waiting(_))
    }

    /// Asks the task to end. False if it has ended or was asked before.
    pub(crate) fn abort(&self) -> bool {
        let state = self.state.lock();
        !state.is_over() && !self.aborted.swap(true, Ordering::AcqRel)
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}

impl<V> State<V> {
    fn is_over(&self) -> bool {
        matches!(self, State::Finished(_) | State::Taken)
    }
}
