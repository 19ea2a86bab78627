//! How does a future run until a token is cancelled?
//!
//! Both are polled in turn, the program's future first: if it is ready in the same poll in which
//! the token is cancelled, its output counts.
//!
//! tokio-util: `sync/cancellation_token.rs`.

use std::borrow::Borrow;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::token::{CancellationToken, Cancelled};
use crate::origin::located;

impl CancellationToken {
    /// Runs `fut` and returns its output, or drops it and returns `None` when the token is
    /// cancelled first. If it is cancelled already, `fut` is never polled.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::run_until_cancelled`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe if `fut` is.
    ///
    /// ```
    /// use kettle::util::sync::CancellationToken;
    ///
    /// # #[kettle::main]
    /// # async fn main() {
    /// let token = CancellationToken::new();
    /// assert_eq!(token.run_until_cancelled(async { 1 }).await, Some(1));
    /// token.cancel();
    /// assert_eq!(token.run_until_cancelled(async { 2 }).await, None);
    /// # }
    /// ```
    #[track_caller]
    pub fn run_until_cancelled<F: Future>(
        &self,
        fut: F,
    ) -> impl Future<Output = Option<F::Output>> {
        located(run(self, fut))
    }

    /// As [`run_until_cancelled`](CancellationToken::run_until_cancelled), but the future owns the
    /// token, so that it can be spawned.
    ///
    /// tokio: `tokio_util::sync::CancellationToken::run_until_cancelled_owned`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe if `fut` is.
    #[track_caller]
    pub fn run_until_cancelled_owned<F: Future>(
        self,
        fut: F,
    ) -> impl Future<Output = Option<F::Output>> {
        located(run(self, fut))
    }
}

async fn run<T: Borrow<CancellationToken>, F: Future>(token: T, future: F) -> Option<F::Output> {
    if token.borrow().is_cancelled() {
        return None;
    }
    RunUntil { cancelled: Cancelled::new(token), future }.await
}

pin_project! {
    struct RunUntil<T: Borrow<CancellationToken>, F> {
        cancelled: Cancelled<T>,
        #[pin]
        future: F,
    }
}

impl<T: Borrow<CancellationToken>, F: Future> Future for RunUntil<T, F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Some(output));
        }
        Pin::new(this.cancelled).poll(cx).map(|()| None)
    }
}
