//! What does a task hold while it waits for a lock?
//!
//! A future with its place in line. The first poll tries without the line; if that fails it joins,
//! and from then on only the line decides. Dropped while it waits, it leaves the line.
//!
//! tokio: an `async fn` around a semaphore's `Acquire`.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;

use super::Mutex;
use super::guard::Holder;
use crate::sync::wait_list::Key;

/// Takes the lock, and then makes a guard `G` of the value's guard and the holder.
pub(super) struct Lock<H: Holder, G> {
    /// Until it has the lock.
    holder: Option<H>,
    place: Option<Key>,
    guard: fn(H::Value, H) -> G,
}

impl<H: Holder, G> Lock<H, G> {
    pub(super) fn new(holder: H, guard: fn(H::Value, H) -> G) -> Lock<H, G> {
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
        let permit = ready!(budget::poll_proceed(cx));
        let holder = this.holder.as_ref().expect("`lock` polled after completion");
        let mut value = if this.place.is_none() { Mutex::try_take(holder) } else { None };
        if value.is_none() {
            value = Mutex::poll_in_line(holder, &mut this.place, cx);
        }
        let guard = value.and_then(|value| Some((this.guard)(value, this.holder.take()?)));
        let Some(guard) = guard else { return Poll::Pending };
        permit.made_progress();
        Poll::Ready(guard)
    }
}

impl<H: Holder, G> Drop for Lock<H, G> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take()
            && let Some(holder) = &self.holder
        {
            holder.mutex().leave_line(place);
        }
    }
}
