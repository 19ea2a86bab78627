use std::pin::Pin;
use std::task::{Context, Poll};
pub fn yield_now() -> YieldNow { YieldNow { left: Some(()) } }
#[derive(Debug)]
pub struct YieldNow { left: Option<()> }
impl Future for YieldNow {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> { match self.left.take() { Some(()) => { cx.waker().clone().wake(); Poll::Pending } None => Poll::Ready(()) } }
}
