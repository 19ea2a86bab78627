use std::pin::Pin;
use std::task::{Context, Poll};
pub fn yield_now() -> YieldNow { YieldNow { yielded: false } }
#[derive(Debug)]
pub struct YieldNow { yielded: bool }
impl Future for YieldNow {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> { if self.yielded { return Poll::Ready(()); } self.yielded=true; cx.waker().wake_by_ref(); cx.waker().clone().wake(); Poll::Pending }
}
