use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use kettle::time::{Sleep, sleep};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> { Timeout { future: Box::pin(future), sleep: Box::pin(kettle::time::sleep_until(kettle::time::Instant::now() + limit)) } }
pub struct Timeout<F> { future: Pin<Box<F>>, sleep: Pin<Box<Sleep>> }
impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> { if let Poll::Ready(o)=self.future.as_mut().poll(cx) { return Poll::Ready(Ok(o)); } if self.sleep.as_mut().poll(cx).is_ready() { return Poll::Ready(Err(Elapsed)); } Poll::Pending }
}
