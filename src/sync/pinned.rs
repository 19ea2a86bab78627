//! Why aren't our leaf futures `Unpin`, although they could be?
//!
//! Because tokio's aren't: its methods are `async fn`, whose futures are never `Unpin`. A program
//! that polled ours through `&mut` without pinning them wouldn't compile with tokio.
//!
//! Interface: [`pinned`] wraps a hand-written leaf future. It also records the program's lines that
//! make and await the future.

#![expect(clippy::inline_always, reason = "a wrapper of nothing: a call is all that it could cost")]

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::origin::Origin;
use pin_project_lite::pin_project;

pin_project! {
    /// The future returned by [`pinned`].
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Pinned<F> {
        #[pin]
        future: F,
        #[pin]
        still: PhantomPinned,
        origin: Origin,
    }
}

/// Makes a future `!Unpin`.
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
