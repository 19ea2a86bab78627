//! What does a task hold while it waits for a lock?
//!
//! A future with its place in line. The first poll tries without the line; if that fails it joins,
//! and from then on only the line decides. Dropped while it waits, it leaves the line.
//!
//! tokio: an `async fn` around a semaphore's `Acquire`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Event, Resource, emit};

use super::guard::Holder;
use crate::sync::wait_list::{Key, Waits};

/// Takes the lock, and then makes a guard `G` of the value's guard and the holder.
pub(super) struct Lock<H: Holder, G> {
    /// Until it has the lock.
    holder: Option<H>,
    place: Option<Key>,
    guard: fn(H::Guard, H) -> G,
}

impl<H: Holder, G> Lock<H, G> {
    pub(super) fn new(holder: H, guard: fn(H::Guard, H) -> G) -> Lock<H, G> {
        Lock { holder: Some(holder), place: None, guard }
    }
}

// Nothing in it is pinned: the holder is only moved.
impl<H: Holder, G> Unpin for Lock<H, G> {}

impl<H: Holder, G> Future for Lock<H, G> {
    type Output = G;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<G> {
        let this = self.get_mut();
        // Out of budget: this waker is deferred and called soon. Until then the line may have an
        // older one.
        let permit = ready!(budget::poll_proceed(cx));
        let holder = this.holder.as_ref().expect("`lock` polled after completion");
        let mut value = if this.place.is_none() { try_take(holder) } else { None };
        if value.is_none() {
            value = poll_in_line(holder, &mut this.place, cx);
        }
        let guard = value.and_then(|value| Some((this.guard)(value, this.holder.take()?)));
        let Some(guard) = guard else { return Poll::Pending };
        permit.made_progress();
        Poll::Ready(guard)
    }
}

/// Takes the value if it is free and no task is waiting for it.
#[inline]
pub(super) fn try_take<H: Holder>(holder: &H) -> Option<H::Guard> {
    let value = holder.turn().try_take(holder)?;
    emit(|| Event::LockTake { lock: holder.id() });
    Some(value)
}

/// Joins the line, or stays in it; the first takes the value if it is free.
fn poll_in_line<H: Holder>(
    holder: &H,
    place: &mut Option<Key>,
    cx: &Context<'_>,
) -> Option<H::Guard> {
    match holder.turn().poll(holder, place, cx) {
        Ok(value) => {
            emit(|| Event::LockTake { lock: holder.id() });
            Some(value)
        }
        Err(Waits { ticket, replaced, old }) => {
            emit(|| Event::Wait { on: Resource::Lock(holder.id(), ticket), replaced });
            drop(old);
            None
        }
    }
}

impl<H: Holder, G> Drop for Lock<H, G> {
    fn drop(&mut self) {
        if let (Some(place), Some(holder)) = (self.place.take(), &self.holder) {
            leave_line(holder, place);
        }
    }
}

/// The future is dropped while it waits. Apart and cold: most futures have their lock by then, and
/// inlined it made the common way 4 % longer.
#[cold]
fn leave_line<H: Holder>(holder: &H, place: Key) {
    let (ticket, next) = holder.turn().leave(holder, place);
    emit(|| Event::Unwait { on: Resource::Lock(holder.id(), ticket) });
    if let Some(next) = next {
        next.wake();
    }
}
