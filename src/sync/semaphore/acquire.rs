//! What does a task hold while it waits for permits?
//!
//! A future with its place in line. Its first poll takes the permits if enough are free, and
//! otherwise joins the line. If it is dropped while it waits, it leaves the line and passes on the
//! permits that it had been given.
//!
//! Interface: [`Acquire`]: what it ends with is made by a closure of the primitive's own;
//! [`Owner`], what has the permits.
//!
//! tokio: `batch_semaphore::Acquire`, whose node of the list of waiters is inside the future.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::in_a_drop;

use super::error::AcquireError;
use super::permits::Permits;
use crate::sync::report::Hold;
use crate::sync::wait_list::Key;

/// What has permits: a borrow of it or an `Arc`.
pub(in crate::sync) trait Owner {
    /// Does it keep them alive, so that a guard with it can go to another task?
    const OWNED: bool = false;

    fn permits(&self) -> &Permits;
}

impl<O: Owner> Owner for &O {
    #[inline]
    fn permits(&self) -> &Permits {
        (**self).permits()
    }
}

impl<O: Owner> Owner for Arc<O> {
    const OWNED: bool = true;

    #[inline]
    fn permits(&self) -> &Permits {
        (**self).permits()
    }
}

impl Owner for Permits {
    #[inline]
    fn permits(&self) -> &Permits {
        self
    }
}

/// Takes permits, and then makes its output of what they are taken from and the hold of them.
pub(in crate::sync) struct Acquire<O: Owner, F> {
    /// Until it has the permits.
    owner: Option<O>,
    wanted: usize,
    place: Option<Key>,
    /// A type of its own, not a function's address: so it is compiled into the poll.
    finish: F,
}

impl<O: Owner, F> Acquire<O, F> {
    pub(in crate::sync) fn new<T>(owner: O, wanted: usize, finish: F) -> Acquire<O, F>
    where
        F: Fn(O, Result<Hold, AcquireError>) -> T,
    {
        Acquire { owner: Some(owner), wanted, place: None, finish }
    }
}

// Nothing in it is pinned: the owner is only moved.
impl<O: Owner, F> Unpin for Acquire<O, F> {}

impl<O: Owner, F, T> Future for Acquire<O, F>
where
    F: Fn(O, Result<Hold, AcquireError>) -> T,
{
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Acquire { owner, wanted, place, finish } = self.get_mut();
        // Out of budget: this waker is deferred and called soon. Until then the line may have an
        // older one.
        let permit = ready!(budget::poll_proceed(cx));
        let permits = owner.as_ref().expect("`acquire` polled after completion").permits();
        let taken = ready!(permits.poll_take((*wanted, O::OWNED), place, cx));
        permit.made_progress();
        let owner = owner.take().expect("it was there");
        Poll::Ready(finish(owner, taken.map(|id| Hold { units: *wanted, id })))
    }
}

impl<O: Owner, F> Drop for Acquire<O, F> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let (Some(place), Some(owner)) = (self.place.take(), &self.owner) {
            owner.permits().leave(place);
        }
    }
}
