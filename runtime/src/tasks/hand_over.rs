//! How does a finished task reach the handle that waits for it?
//!
//! They share a [`HandOver`], a state behind a lock. The executor puts the finished task in, the
//! handle takes it out, whichever comes first and on whatever thread the handle is.
//!
//! ```text
//!              1 poll             3 finish              5 poll
//!     Empty ───────────▶ Waiting ───────────▶ Finished ───────────▶ Taken
//!      │ │                  │                  ▲    │                ▲ ▲
//!      │ └──────────────────│──── 2 finish ────┘    └─── 4 detach ───┘ │
//!      │                    │                                          │
//!      │  4 detach          ▼ 4 detach                 6 finish        │
//!      └────────────────▶ Detached ────────────────────────────────────┘
//! ```
//!
//! - `Empty`: the task has not ended, and its handle has not been polled. Never entered again.
//! - `Waiting`: the task has not ended, and the waker of the handle's latest poll is here. Only
//!   `finish` calls it, once.
//! - `Finished`: the task has ended, and its output has not been asked for.
//! - `Taken`: there is nothing left to hand over.
//! - `Detached`: the task has not ended, and its handle is gone. The output is not wanted: `finish`
//!   gives it back to be dropped.
//!
//! Beside it is the wish that the task should end, [`HandOver::abort`]: a flag that the executor
//! reads before each poll. It must work before the task has reached its scheduler, and have no
//! effect once the task has ended.
//!
//! Interface: [`HandOver`]. Invariants: no user code runs under the lock. What is taken out is
//! given back to the caller, which drops or calls it. Modelled with loom as it is (`tests/models`).
//!
//! tokio: bits of the task's atomic state word (`JOIN_INTEREST`, `JOIN_WAKER`, `COMPLETE`) say who
//! may touch the output and the waker, which are in `UnsafeCell`s.

use std::mem;
use std::task::{Context, Waker};

use kettle_events::Replaced;

use crate::base::sync::{AtomicBool, Mutex, Ordering};

/// Where a task's end and its handle meet.
pub(crate) struct HandOver<V> {
    state: Mutex<State<V>>,
    /// Set under the lock, and read without it: before each poll.
    aborted: AtomicBool,
}

/// The states above, with what each holds.
pub(crate) enum State<V> {
    Empty,
    Waiting(Waker),
    Finished(V),
    Taken,
    Detached,
}

impl<V> HandOver<V> {
    pub(crate) fn new() -> HandOver<V> {
        HandOver { state: Mutex::new(State::Empty), aborted: AtomicBool::new(false) }
    }

    /// Edges 1 and 5: takes what has finished, or stores the newest waker and says which waker that
    /// replaced.
    ///
    /// # Panics
    ///
    /// If it was taken before.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Result<V, Replaced> {
        let mut clone = None;
        loop {
            let mut state = self.state.lock();
            match &*state {
                State::Finished(_) => {
                    if let State::Finished(value) = mem::replace(&mut *state, State::Taken) {
                        return Ok(value);
                    }
                }
                State::Waiting(stored) if stored.will_wake(cx.waker()) => {
                    return Err(Replaced::Same);
                }
                State::Taken | State::Detached => {
                    drop(state);
                    panic!("JoinHandle polled after it was ready");
                }
                State::Empty | State::Waiting(_) => {}
            }
            let Some(newest) = clone.take() else {
                drop(state);
                clone = Some(cx.waker().clone());
                continue;
            };
            let before = mem::replace(&mut *state, State::Waiting(newest));
            drop(state);
            let replaced = matches!(before, State::Waiting(_));
            return Err(if replaced { Replaced::Other } else { Replaced::None });
        }
    }

    /// Edges 2, 3 and 6: the task has ended. Gives out the waker to call, or, if the handle is gone
    /// or the task had ended before, the value to drop.
    pub(crate) fn finish(&self, value: V) -> (Option<Waker>, Option<V>) {
        let mut state = self.state.lock();
        match mem::replace(&mut *state, State::Taken) {
            State::Empty => {
                *state = State::Finished(value);
                (None, None)
            }
            State::Waiting(waker) => {
                *state = State::Finished(value);
                (Some(waker), None)
            }
            State::Finished(first) => {
                *state = State::Finished(first);
                (None, Some(value))
            }
            State::Taken | State::Detached => (None, Some(value)),
        }
    }

    /// Edge 4: the handle is dropped. Gives out what was in it, to be dropped.
    pub(crate) fn detach(&self) -> State<V> {
        let mut state = self.state.lock();
        let ended = matches!(*state, State::Finished(_) | State::Taken);
        mem::replace(&mut *state, if ended { State::Taken } else { State::Detached })
    }

    /// Has the task ended? From any thread.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(*self.state.lock(), State::Finished(_) | State::Taken)
    }

    /// Asks for the task's end. True if that is news: it has neither ended nor been asked to.
    pub(crate) fn abort(&self) -> bool {
        let state = self.state.lock();
        let ended = matches!(*state, State::Finished(_) | State::Taken);
        !ended && !self.aborted.swap(true, Ordering::AcqRel)
    }

    /// Has the task been asked to end?
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}
