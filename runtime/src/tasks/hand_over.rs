//! How does a finished task reach the handle that waits for it?
//!
//! Through one slot that both share, behind a lock. The executor puts the finished task in, the
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
//! - `Empty`: the task runs, and its handle has not been polled. Never entered again.
//! - `Waiting`: the task runs, and the waker of the handle's latest poll is here. Only `finish`
//!   calls it, once.
//! - `Finished`: the task has ended, and its output has not been asked for.
//! - `Taken`: there is nothing left to hand over.
//! - `Detached`: the task runs, and its handle is gone. The output is not wanted: `finish` gives it
//!   back to be dropped.
//!
//! Beside it is the wish that the task should end, [`HandOver::abort`]: a flag that the executor
//! reads before each poll. It must work before the task has reached its scheduler, and have no
//! effect once the task has ended.
//!
//! Interface: [`HandOver`]. Invariants: no user code runs under the lock. What leaves the slot is
//! given back to the caller, who drops or calls it. Modelled with loom as it is (`tests/models`).
//!
//! tokio: bits of the task's atomic state word (`JOIN_INTEREST`, `JOIN_WAKER`, `COMPLETE`) say who
//! may touch the output and the waker, which are in `UnsafeCell`s.

use std::mem;
use std::task::{Context, Waker};

use kettle_events::Replaced;

use crate::base::sync::{AtomicBool, Mutex, Ordering};

/// Where a task's end and its handle meet.
pub(crate) struct HandOver<V> {
    slot: Mutex<Slot<V>>,
    /// Set under the lock, and read without it: before each poll.
    aborted: AtomicBool,
}

/// What is in the slot: see the states above.
pub(crate) enum Slot<V> {
    Empty,
    Waiting(Waker),
    Finished(V),
    Taken,
    Detached,
}

impl<V> HandOver<V> {
    pub(crate) fn new() -> HandOver<V> {
        HandOver { slot: Mutex::new(Slot::Empty), aborted: AtomicBool::new(false) }
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
            let mut slot = self.slot.lock();
            match &*slot {
                Slot::Finished(_) => {
                    if let Slot::Finished(value) = mem::replace(&mut *slot, Slot::Taken) {
                        return Ok(value);
                    }
                }
                Slot::Waiting(stored) if stored.will_wake(cx.waker()) => {
                    return Err(Replaced::Same);
                }
                Slot::Taken | Slot::Detached => {
                    drop(slot);
                    panic!("JoinHandle polled after it was ready");
                }
                Slot::Empty | Slot::Waiting(_) => {}
            }
            let Some(newest) = clone.take() else {
                drop(slot);
                clone = Some(cx.waker().clone());
                continue;
            };
            let before = mem::replace(&mut *slot, Slot::Waiting(newest));
            drop(slot);
            let replaced = matches!(before, Slot::Waiting(_));
            return Err(if replaced { Replaced::Other } else { Replaced::None });
        }
    }

    /// Edges 2, 3 and 6: the task has ended. Gives out the waker to call, or, if the handle is gone
    /// or the task had ended before, the value to drop.
    pub(crate) fn finish(&self, value: V) -> (Option<Waker>, Option<V>) {
        let mut slot = self.slot.lock();
        match mem::replace(&mut *slot, Slot::Taken) {
            Slot::Empty => {
                *slot = Slot::Finished(value);
                (None, None)
            }
            Slot::Waiting(waker) => {
                *slot = Slot::Finished(value);
                (Some(waker), None)
            }
            Slot::Finished(first) => {
                *slot = Slot::Finished(first);
                (None, Some(value))
            }
            Slot::Taken | Slot::Detached => (None, Some(value)),
        }
    }

    /// Edge 4: the handle is dropped. Gives out what was in the slot, to be dropped.
    pub(crate) fn detach(&self) -> Slot<V> {
        let mut slot = self.slot.lock();
        let ended = matches!(*slot, Slot::Finished(_) | Slot::Taken);
        mem::replace(&mut *slot, if ended { Slot::Taken } else { Slot::Detached })
    }

    /// Has the task ended? From any thread.
    pub(crate) fn is_finished(&self) -> bool {
        matches!(*self.slot.lock(), Slot::Finished(_) | Slot::Taken)
    }

    /// Asks for the task's end. True if that is news: it has neither ended nor been asked to.
    pub(crate) fn abort(&self) -> bool {
        let slot = self.slot.lock();
        let ended = matches!(*slot, Slot::Finished(_) | Slot::Taken);
        !ended && !self.aborted.swap(true, Ordering::AcqRel)
    }

    /// Has the task been asked to end?
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }
}
