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
    // `now + Duration::MAX` is no instant: then take one in the far future.
    let now = Instant::now();
    let far = Duration::from_secs(30 * 24 * 60 * 60);
    let deadline = now.checked_add(limit).unwrap_or_else(|| now + far);
    Timeout { future: Box::pin(future), sleep: Box::pin(sleep_until(deadline)) }
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
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        self.sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
