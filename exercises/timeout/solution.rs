//! A future with a limit: its output, or the word that it took too long.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Sleep, sleep};

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `future`, but no longer than `limit` from now.
pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    Timeout { future: Box::pin(future), sleep: Box::pin(sleep(limit)) }
}

/// The future of [`timeout`].
pub struct Timeout<F> {
    // In boxes, because a future must not be moved after its first poll.
    future: Pin<Box<F>>,
    sleep: Pin<Box<Sleep>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // First the future: if both are ready, its output counts. A sleep that was never polled has
        // no timer yet, so a future that is ready at once costs none.
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        // Then the sleep, with the same waker: whichever has news wakes this task.
        self.sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
