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
    // The timers count in milliseconds. What doesn't fit is as good as no limit.
    let limit = u32::try_from(limit.as_micros().div_ceil(1000)).ok();
    let sleep = limit.map(|limit| Box::pin(sleep(Duration::from_millis(limit.into()))));
    Timeout { future: Box::pin(future), sleep }
}

/// The future of [`timeout`].
pub struct Timeout<F> {
    // In boxes, because a future must not be moved after its first poll.
    future: Pin<Box<F>>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let Some(sleep) = &mut self.sleep else { return Poll::Pending };
        sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
