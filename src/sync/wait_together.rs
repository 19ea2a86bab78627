//! How do many tasks wait for a change that concerns all of them at once?
//!
//! The change is a new value in a `watch`, the end of a channel, or a cancelled token: no waiter
//! can take it from another. Whoever makes the change updates the state and serves the whole line
//! (`WaitList::serve_all`) under one lock. A poll checks the state under the same lock and joins
//! the line if it has to wait. So a poll either sees the change or is in line when it comes.
//!
//! By the time a waiter is polled, the reason for its wake may be gone: a new receiver may have
//! subscribed after the last one was dropped. Then the waiter joins the line again, at the end.
//!
//! Interface: [`poll_until`], [`leave`].
//!
//! Invariants: no waker is cloned, called or dropped under the lock. A future gives up its place in
//! line when it is ready, or by [`leave`] if it is dropped earlier. Waiting and leaving are
//! recorded under the lock, so that the actions of several threads are recorded in order.
//!
//! Not here: the state, and the events about it.
//!
//! tokio: `Notify::notify_waiters` and an atomic state; a waiter makes its `Notified` before it
//! checks the state.

use std::task::{Context, Poll};

use kettle_runtime::event::{StateLock, StoredId, Wait};
use kettle_runtime::store_waker;

use super::wait_list::{Key, WaitList};

/// Calls `look` under the lock, and waits in this line if that returns `None`. `report` returns the
/// number of the wait with this ticket.
pub(crate) fn poll_until<S, R>(
    state: &StateLock<S>,
    line: impl Fn(&mut S) -> &mut WaitList,
    place: &mut Option<Key>,
    cx: &Context<'_>,
    mut look: impl FnMut(&mut S) -> Option<R>,
    report: impl Fn(&mut Wait, usize) -> StoredId,
) -> Poll<R> {
    let polled = store_waker(cx, |clone| {
        let mut state = state.lock();
        let found = look(&mut state);
        let line = line(&mut state);
        if let Some(found) = found {
            return Some(Ok((found, place.take().and_then(|key| line.collect(key).parked))));
        }
        if let Some(served) = place.take_if(|key| line.is_served(key)) {
            let removed = line.collect(served);
            debug_assert!(
                removed.parked.is_none(),
                "sync/wait_together.rs: one that was served was woken"
            );
        }
        let old = line.wait(1, place, cx, clone)?;
        if let Some(key) = place {
            line.set_wait(key, &report);
        }
        Some(Err(old))
    });
    match polled {
        Ok((found, _)) => Poll::Ready(found),
        Err(_) => Poll::Pending,
    }
}

/// Removes a dropped waiter from the line.
pub(crate) fn leave<S>(state: &StateLock<S>, line: impl Fn(&mut S) -> &mut WaitList, place: Key) {
    let mut locked = state.lock();
    let removed = line(&mut locked).leave(place);
    drop((locked, removed));
}
