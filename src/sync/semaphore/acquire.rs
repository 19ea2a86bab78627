//! How does a task wait for permits?
//!
//! With a future that remembers its place in line. The first poll takes the permits if enough are
//! free, and otherwise joins the line. If the future is dropped while it is waiting, it leaves the
//! line and passes on any permits that it was given.
//!
//! Interface: [`Acquire`], whose output is made by a closure that the primitive passes in;
//! [`Owner`], the type that has the permits.
//!
//! tokio: `batch_semaphore::Acquire` contains its node in the list of waiters.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::in_a_drop;

use super::error::AcquireError;
use super::permits::Permits;
use crate::sync::report::Hold;
use crate::sync::wait_list::Key;

/// A primitive that has permits, or a reference to or an `Arc` of one.
pub(in crate::sync) trait Owner {
    /// Whether it keeps the permits alive, so that a guard with it can be moved to another task.
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

/// The future that takes permits, and then makes its output from their owner and the hold.
pub(in crate::sync) struct Acquire<O: Owner, F> {
    /// The owner, until it has the permits.
    owner: Option<O>,
    wanted: usize,
    place: Option<Key>,
    /// Its type is a parameter and not a function pointer, so that it is inlined into the poll.
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

// The future never pins the owner, but only moves it.
impl<O: Owner, F> Unpin for Acquire<O, F> {}

impl<O: Owner, F, T> Future for Acquire<O, F>
where
    F: Fn(O, Result<Hold, AcquireError>) -> T,
{
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Acquire { owner, wanted, place, finish } = self.get_mut();
        // If the budget is spent, this waker is deferred and called soon. Until then the line may
        // have an older one.
        let permit = ready!(budget::poll_proceed(cx));
        let permits = owner.as_ref().expect("`acquire` polled after completion").permits();
        let taken = ready!(permits.poll_take((*wanted, O::OWNED), place, cx));
        permit.made_progress();
        let owner = owner.take().expect("it was there");
        Poll::Ready(finish(owner, taken.map(|key| Hold { units: *wanted, key })))
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
