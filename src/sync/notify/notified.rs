//! How does a task wait to be notified?
//!
//! With a future that remembers its place in line, and how often all waiters had been notified when
//! it was made. There are two types: one borrows the [`Notify`], the other owns an `Arc` of it.
//! Both wrap [`Waiting`].
//!
//! Once ready, these futures stay ready. As in tokio, they don't spend any budget.

use std::fmt;
use std::marker::PhantomPinned;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::in_a_drop;
use pin_project_lite::pin_project;

use super::value::{Notify, Stage};
use crate::origin::Origin;

/// The part that both futures share.
struct Waiting<N: Deref<Target = Notify>> {
    notify: N,
    /// How often all waiters had been notified when the future was made.
    calls: usize,
    stage: Stage,
    origin: Origin,
}

impl<N: Deref<Target = Notify>> Waiting<N> {
    #[track_caller]
    fn new(notify: N) -> Waiting<N> {
        let (calls, mut origin) = (notify.calls(), Origin::here());
        // Making one and not polling it isn't a mistake, because it counts for `notify_waiters`.
        origin.allow_unpolled();
        Waiting { notify, calls, stage: Stage::New, origin }
    }

    #[track_caller]
    fn poll(&mut self, cx: Option<&Context<'_>>) -> Poll<()> {
        let _line = self.origin.awaited();
        self.notify.poll(self.calls, &mut self.stage, cx)
    }
}

impl<N: Deref<Target = Notify>> Drop for Waiting<N> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Stage::Waits(key) = std::mem::replace(&mut self.stage, Stage::Done) {
            self.notify.leave(key);
        }
    }
}

impl<N: Deref<Target = Notify>> fmt::Debug for Waiting<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stage.fmt(f)
    }
}

pin_project! {
    /// The future returned by [`Notify::notified`]. Once it is ready, it stays ready.
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct Notified<'a> {
        waiting: Waiting<&'a Notify>,
        // Like tokio's, this future must not move once it is in line.
        #[pin]
        still: PhantomPinned,
    }
}

pin_project! {
    /// The future returned by [`Notify::notified_owned`]. Once it is ready, it stays ready.
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct OwnedNotified {
        waiting: Waiting<Arc<Notify>>,
        #[pin]
        still: PhantomPinned,
    }
}

impl<'a> Notified<'a> {
    #[track_caller]
    pub(super) fn new(notify: &'a Notify) -> Notified<'a> {
        Notified { waiting: Waiting::new(notify), still: PhantomPinned }
    }

    /// Joins the line now, without a poll. Returns whether it has been notified.
    ///
    /// So a task can first make sure that it will be notified, then check whether it has to wait at
    /// all, and only then await the future. A [`notify_one`](Notify::notify_one) in between finds
    /// it in line.
    ///
    /// ```
    /// use kettle::sync::Notify;
    ///
    /// # #[kettle::main] async fn main() {
    /// let notify = Notify::new();
    /// let (mut one, mut other) = (Box::pin(notify.notified()), Box::pin(notify.notified()));
    /// one.as_mut().enable();
    /// other.as_mut().enable();
    /// notify.notify_one();
    /// notify.notify_one(); // without `enable` only one notification would be left
    /// one.await;
    /// other.await;
    /// # }
    /// ```
    #[track_caller]
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.project().waiting.poll(None).is_ready()
    }
}

impl Future for Notified<'_> {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().waiting.poll(Some(cx))
    }
}

impl OwnedNotified {
    #[track_caller]
    pub(super) fn new(notify: Arc<Notify>) -> OwnedNotified {
        OwnedNotified { waiting: Waiting::new(notify), still: PhantomPinned }
    }

    /// The same as [`Notified::enable`].
    #[track_caller]
    pub fn enable(self: Pin<&mut Self>) -> bool {
        self.project().waiting.poll(None).is_ready()
    }
}

impl Future for OwnedNotified {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().waiting.poll(Some(cx))
    }
}
