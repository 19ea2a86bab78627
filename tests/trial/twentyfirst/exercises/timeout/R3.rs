use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The limit has passed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

use kettle::time::{Instant, Sleep, sleep_until};

/// Far enough, and no overflow.
const FAR: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> {
    let now = Instant::now();
    let deadline = now.checked_add(limit).unwrap_or_else(|| now + FAR);
    Timeout { future: Box::pin(future), deadline, timer: None }
}

pub struct Timeout<F> {
    future: Pin<Box<F>>,
    deadline: Instant,
    /// Made when we first have to wait.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let Poll::Ready(output) = this.future.as_mut().poll(cx) {
            this.timer = None; // nobody needs it any more
            return Poll::Ready(Ok(output));
        }
        let deadline = this.deadline;
        let timer = this.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(Elapsed)),
            Poll::Pending => Poll::Pending,
        }
    }
}
