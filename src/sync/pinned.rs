//! Why can't a future of ours be moved once it has been polled, although nothing in it needs that?
//!
//! Because tokio's can't: its methods are `async fn`, whose futures are never `Unpin`. A program
//! that polls ours by `&mut` without pinning would not compile there.
//!
//! Interface: [`pinned`] wraps a leaf future written by hand. It also reports the program's lines
//! where the future is made and awaited.

#![expect(clippy::inline_always, reason = "a wrapper of nothing: a call is all that it could cost")]

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::origin::Origin;
use pin_project_lite::pin_project;

pin_project! {
    /// The future of [`pinned`].
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Pinned<F> {
        #[pin]
        future: F,
        #[pin]
        still: PhantomPinned,
        origin: Origin,
    }
}

/// The same future, but not `Unpin`.
#[track_caller]
pub(crate) fn pinned<F: Future>(future: F) -> Pinned<F> {
    Pinned { future, still: PhantomPinned, origin: Origin::here() }
}

impl<F: Future> Future for Pinned<F> {
    type Output = F::Output;

    #[inline(always)]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _line = this.origin.awaited();
        this.future.poll(cx)
    }
}
