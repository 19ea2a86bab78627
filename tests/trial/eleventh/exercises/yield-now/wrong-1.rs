use std::pin::Pin;
use std::task::{Context, Poll};
pub fn yield_now() -> YieldNow { YieldNow { yielded: false, kept: None } }
#[derive(Debug)]
pub struct YieldNow { yielded: bool, kept: Option<std::task::Waker> }
impl Future for YieldNow {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> { if self.yielded { return Poll::Ready(()); } self.yielded=true; let w=cx.waker().clone(); w.wake_by_ref(); self.kept=Some(w); Poll::Pending }
}
