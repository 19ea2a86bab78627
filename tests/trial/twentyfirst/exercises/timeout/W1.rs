use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

use kettle::time::{Instant, Sleep, sleep_until};

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    let deadline = Instant::now() + limit; // panics with Duration::MAX
    Timeout { future: Box::pin(future), sleep: Box::pin(sleep_until(deadline)) }
}

pub struct Timeout<F> {
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
