//! How does a finished task reach the handle that waits for it?
//!
//! They share a [`HandOver`], a state behind a lock. The executor puts the finished task in, the
//! handle takes it out, whichever comes first and on whatever thread the handle is.
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
//! - `Waiting`: the task has not ended. The waker of the handle's latest poll is here, if it was
//!   polled. `finish` gives it out to be called, once.
//! - `Finished`: the task has ended, and the handle does not know it.
//! - `Taken`: there is nothing left to hand over.
//! - `Detached`: the task has not ended, and its handle is gone. The value is not wanted: `finish`
//!   gives it back.
//!
//! Beside it is the wish that the task should end, [`HandOver::abort`]: a flag that the executor
//! reads before each poll. It must work before the task has reached its scheduler, and have no
//! effect once the task has ended.
//!
//! Replace each `todo!()`. What must hold: no user code runs under the lock. That is the clone of a
//! waker, the drop of a waker or a value, and a wake. What is taken out is given back to the
//! caller, who drops or calls it; what `poll` replaces, it drops when the lock is free.

use std::mem;
use std::task::{Context, Waker};

use kettle_events::Replaced;

use crate::base::sync::{AtomicBool, Mutex, Ordering};
use crate::base::{WakerSlot, store_waker};

/// Where a task's end and its handle meet.
pub(crate) struct HandOver<V> {
    state: Mutex<State<V>>,
    /// Set under the lock, and read without it: before each poll.
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
        let state = Mutex::new(State::Waiting(WakerSlot::EMPTY));
        HandOver { state, aborted: AtomicBool::new(false) }
    }

    /// Edges 1 and 3: takes what has finished, or stores the newest waker and says which waker that
    /// replaced.
    ///
    /// # Panics
    ///
    /// If it was taken before.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Result<V, Replaced> {
        let polled = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            if let State::Waiting(slot) = &mut *state {
                let (replaced, old) = slot.store(cx, clone)?;
                return Some(Polled::Waits(replaced, old));
            }
            if !matches!(*state, State::Finished(_)) {
                return Some(Polled::Nothing);
            }
            // The handle has what it came for: it is as if it were gone.
            match mem::replace(&mut *state, State::Detached) {
                State::Finished(value) => Some(Polled::Value(value)),
                _ => unreachable!("it has just been seen"),
            }
        });
        // The lock is free: the old waker is dropped here, and a panic hook may ask.
        match polled {
            Polled::Value(value) => Ok(value),
            Polled::Waits(replaced, old) => {
                drop(old);
                Err(replaced)
            }
            Polled::Nothing => panic!("a `JoinHandle` was polled again after it was ready"),
        }
    }

    /// Edges 2 and 5: the task has ended. Gives out the waker to call, or, if the handle is gone or
    /// the task had ended before, the value.
    pub(crate) fn finish(&self, value: V) -> (Option<Waker>, Option<V>) {
        let mut state = self.state.lock();
        if let State::Waiting(slot) = &mut *state {
            let waker = slot.take();
            *state = State::Finished(value);
            return (waker, None);
        }
        if matches!(*state, State::Detached) {
            *state = State::Taken;
        }
        (None, Some(value))
    }

    /// Edge 4: the handle is dropped. Gives out what was in it, to be dropped.
    pub(crate) fn detach(&self) -> State<V> {
        let mut state = self.state.lock();
        let next = if ended(&state) { State::Taken } else { State::Detached };
        mem::replace(&mut *state, next)
    }

    /// Has the task ended? From any thread.
    pub(crate) fn is_finished(&self) -> bool {
        ended(&self.state.lock())
    }

    /// Is the handle there? (That of a task that has not ended.)
    pub(crate) fn has_handle(&self) -> bool {
        matches!(*self.state.lock(), State::Waiting(_))
    }

    /// Asks for the task's end. True if that is news: it has neither ended nor been asked to.
    pub(crate) fn abort(&self) -> bool {
        let state = self.state.lock();
        let news = !ended(&state) && !self.aborted.load(Ordering::Acquire);
        if news {
            self.aborted.store(true, Ordering::Release);
        }
        drop(state);
        news
    }

    /// Has the task been asked to end?
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}

/// What a poll of the handle has found.
enum Polled<V> {
    Value(V),
    Waits(Replaced, Option<Waker>),
    Nothing,
}

/// Has the task ended?
fn ended<V>(state: &State<V>) -> bool {
    matches!(state, State::Finished(_) | State::Taken)
}
