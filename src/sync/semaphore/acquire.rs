//! What does a task hold while it waits for permits?
//!
//! A future with its place in line. Polled for the first time it takes what it wants if so much is
//! free, or joins the line. Dropped while it waits, it leaves the line and passes on what it had
//! been given.
//!
//! Interface: [`Acquire`]: what it ends with is made by a function of the primitive's own.
//!
//! tokio: `batch_semaphore::Acquire`, whose node of the list of waiters is inside the future.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;

use super::error::AcquireError;
use super::permits::{Amount, Owner};
use crate::sync::wait_list::Key;

/// Takes permits, and then makes an output `T` of what they are taken from.
pub(in crate::sync) struct Acquire<O: Owner, T> {
    /// Until it has the permits.
    owner: Option<O>,
    amount: Amount,
    place: Option<Key>,
    finish: fn(Result<O, AcquireError>, Amount) -> T,
}

impl<O: Owner, T> Acquire<O, T> {
    pub(in crate::sync) fn new(
        owner: O,
        amount: Amount,
        finish: fn(Result<O, AcquireError>, Amount) -> T,
    ) -> Acquire<O, T> {
        Acquire { owner: Some(owner), amount, place: None, finish }
    }
}

// Nothing in it is pinned: the owner is only moved.
impl<O: Owner, T> Unpin for Acquire<O, T> {}

impl<O: Owner, T> Future for Acquire<O, T> {
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Acquire { owner, amount, place, finish } = self.get_mut();
        // Out of budget: this waker is deferred and called soon. Until then the line may have an
        // older one.
        let permit = ready!(budget::poll_proceed(cx));
        let permits = owner.as_ref().expect("`acquire` polled after completion").permits();
        let taken = ready!(permits.poll_take(*amount, place, cx));
        permit.made_progress();
        let owner = owner.take().expect("it was there");
        Poll::Ready(finish(taken.map(|()| owner), *amount))
    }
}

impl<O: Owner, T> Drop for Acquire<O, T> {
    fn drop(&mut self) {
        if let (Some(place), Some(owner)) = (self.place.take(), &self.owner) {
            owner.permits().leave(self.amount, place);
        }
    }
}
