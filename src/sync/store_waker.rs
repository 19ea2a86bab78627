//! How does a primitive store a waker with no user code under its lock?
//!
//! To clone or drop a waker may run code of a foreign executor, and that code may use the very
//! primitive that is being polled. So whoever must wait asks its
//! [`WakerSlot`](kettle_runtime::WakerSlot) under the lock, and if the slot needs a clone, unlocks,
//! clones, locks, and *looks again whether it still must wait*: anything may have happened
//! meanwhile. A first poll that waits makes exactly one clone, another one by the same task none.
//!
//! Interface: [`store_waker`], and [`Stored`], the slot's answer.
//!
//! tokio: clones under the lock.

use std::task::{Context, Waker};

use kettle_runtime::event::Replaced;

/// Whose waker was replaced, and that waker, to be dropped with no lock held.
pub(crate) type Stored = (Replaced, Option<Waker>);

/// Calls `poll_locked`, which takes the lock, looks, and if it must wait stores the waker by the
/// clone that it is given. It returns `None` if there is no clone yet: then one is made, and it is
/// called again. What is to be dropped or woken it returns, and a clone that was not needed is
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
