use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

use kettle::time::{Sleep, sleep};

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    Timeout { work: Box::pin(future), alarm: Box::pin(sleep(limit)) }
}

pub struct Timeout<F> {
    work: Pin<Box<F>>,
    alarm: Pin<Box<Sleep>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Timeout { work, alarm } = &mut *self;
        match work.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending => alarm.as_mut().poll(cx).map(|()| Err(Elapsed)),
        }
    }
}
