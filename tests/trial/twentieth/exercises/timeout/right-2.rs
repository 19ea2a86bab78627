//! A future with a limit: its output, or the word that it took too long.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, Sleep, sleep_until};

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Waits for `future`, but no longer than `limit` from now.
pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    // The limit counts from the call. No instant: it never passes.
    let deadline = Instant::now().checked_add(limit);
    Timeout { future: Box::pin(future), deadline, sleep: None }
}

/// The future of [`timeout`].
pub struct Timeout<F> {
    // In boxes, because a future must not be moved after its first poll.
    future: Pin<Box<F>>,
    deadline: Option<Instant>,
    /// Made by the first poll that finds the future not ready.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let Some(deadline) = self.deadline else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
