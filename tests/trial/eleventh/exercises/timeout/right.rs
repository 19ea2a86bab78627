use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use kettle::time::sleep;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

pub fn timeout<'a, F: Future + 'a>(limit: Duration, future: F) -> Timeout<'a, F::Output> { let sleep = sleep(limit); Timeout { all: Box::pin(async move { let mut future = std::pin::pin!(future); let mut sleep = std::pin::pin!(sleep);
 std::future::poll_fn(move |cx| match future.as_mut().poll(cx) { Poll::Ready(o) => Poll::Ready(Ok(o)), Poll::Pending => sleep.as_mut().poll(cx).map(|()| Err(Elapsed)) }).await }) } }
pub struct Timeout<'a, T> { all: Pin<Box<dyn Future<Output = Result<T, Elapsed>> + 'a>> }
impl<T> Future for Timeout<'_, T> {
    type Output = Result<T, Elapsed>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> { self.all.as_mut().poll(cx) }
}
