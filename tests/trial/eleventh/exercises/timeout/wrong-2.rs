use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

pub fn timeout<F: Future>(limit: Duration, future: F) -> Timeout<F> { Timeout { future: Box::pin(future), sleep: None, limit: kettle::time::Instant::now() + limit.min(Duration::from_secs(1<<30)) } }
pub struct Timeout<F> { future: Pin<Box<F>>, sleep: Option<kettle::task::JoinHandle<()>>, limit: kettle::time::Instant }
impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> { if let Poll::Ready(o)=self.future.as_mut().poll(cx) { return Poll::Ready(Ok(o)); }
 let until = self.limit; let task = self.sleep.get_or_insert_with(|| kettle::spawn(kettle::time::sleep_until(until)));
 if Pin::new(task).poll(cx).is_ready() { return Poll::Ready(Err(Elapsed)); } Poll::Pending }
}
