use std::pin::Pin;
use std::task::{Context, Poll};
pub fn yield_now() -> YieldNow { YieldNow { yielded: false } }
#[derive(Debug)]
pub struct YieldNow { yielded: bool }
impl Future for YieldNow {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> { if self.yielded { return Poll::Ready(()); } self.yielded=true; let w=cx.waker().clone(); std::thread::spawn(move || { std::thread::sleep(std::time::Duration::from_millis(2)); w.wake() }); Poll::Pending }
}
