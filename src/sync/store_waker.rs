//! How does a primitive store a waker with no user code under its lock?
//!
//! Cloning or dropping a waker may run code of a foreign executor, and that code may use the very
//! primitive that is being polled. So a poll that has to wait first asks its
//! [`WakerSlot`](kettle_runtime::WakerSlot) under the lock. If the slot needs a clone, the poll
//! unlocks, clones, locks, and *looks again whether it still has to wait*: anything may have
//! happened in between. A first poll that waits makes exactly one clone; another poll by the same
//! task makes none.
//!
//! Interface: [`store_waker`].
//!
//! tokio: clones under the lock.

use std::task::{Context, Waker};

/// Calls `poll_locked`, which takes the lock, looks, and if it has to wait stores the clone of the
/// waker that it is given. It returns `None` if it needs a clone and has none: one is made, and it
/// is called again. It returns what must be dropped or woken. A clone that was not needed is
/// dropped here.
#[inline]
pub(crate) fn store_waker<R>(
    cx: &Context<'_>,
    mut poll_locked: impl FnMut(&mut Option<Waker>) -> Option<R>,
) -> R {
    let mut clone = None;
    loop {
        if let Some(polled) = poll_locked(&mut clone) {
            return polled;
        }
        clone = Some(cx.waker().clone());
    }
}
