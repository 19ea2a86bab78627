use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

use kettle::time::{Sleep, sleep};

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    // No time at all: no sleep, and no poll.
    let sleep = (!limit.is_zero()).then(|| Box::pin(sleep(limit)));
    Timeout { future: Box::pin(future), sleep }
}

pub struct Timeout<F> {
    future: Pin<Box<F>>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(sleep) = &mut this.sleep else { return Poll::Ready(Err(Elapsed)) };
        if let Poll::Ready(output) = this.future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        sleep.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}
