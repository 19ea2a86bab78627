//! How does a primitive remember the one task that waits for something?
//!
//! A [`WakerSlot`] holds at most one waker: that of the latest poll. A receiver has one, a sender of a
//! oneshot, and each waiter in a line. [`WakerSlot::store`] is the only place in `sync/` where a waker
//! is stored.
//!
//! Invariants: `store` leaves the newest waker in the slot. Nothing here wakes a task or drops a
//! waker, because both can be foreign code and the slot is used under a lock: what is taken out or
//! replaced goes to the caller. (Storing clones a foreign waker under that lock, as tokio does.)
//!
//! Not here: the lock, the line (`wait_list.rs`), the events.

use std::task::{Context, Waker};

use kettle_runtime::event::Replaced;

/// Room for the waker of one task.
#[derive(Debug)]
pub(crate) struct WakerSlot(Option<Waker>);

impl WakerSlot {
    pub(crate) const fn empty() -> WakerSlot {
        WakerSlot(None)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Stores the waker of this poll. Says whose waker it replaces; the old one is to be dropped
    /// outside the lock.
    #[inline]
    pub(crate) fn store(&mut self, cx: &Context<'_>) -> (Replaced, Option<Waker>) {
        let slot = &mut self.0;
        match slot {
            Some(old) if old.will_wake(cx.waker()) => (Replaced::Same, None),
            _ => {
                let old = slot.replace(cx.waker().clone());
                (if old.is_some() { Replaced::Other } else { Replaced::None }, old)
            }
        }
    }

    /// Takes the waker out, to be called or dropped outside the lock.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Waker> {
        self.0.take()
    }
}
