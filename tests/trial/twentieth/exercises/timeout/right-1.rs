//! A future with a limit: its output, or the word that it took too long.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Sleep, sleep};

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `future`, but no longer than `limit` from now.
pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    Timeout { future: Box::pin(future), sleep: Some(Box::pin(sleep(limit))) }
}

/// The future of [`timeout`].
pub struct Timeout<F> {
    // In boxes, because a future must not be moved after its first poll.
    future: Pin<Box<F>>,
    /// Gone as soon as the answer is known.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut sleep) = self.sleep.take() else {
            panic!("a `Timeout` was polled again after it was ready");
        };
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        if sleep.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(Elapsed));
        }
        self.sleep = Some(sleep);
        Poll::Pending
    }
}
