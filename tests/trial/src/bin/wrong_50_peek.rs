//! A future of our own that adds up how often another one is polled.
//!
//! The mistake: it polls the other one with a context made of `Waker::noop()`, because it doesn't need to be
//! woken itself. So the channel keeps a waker that does nothing.
//!
//! Expected: a lost wake-up: the poll has stored the task's waker nowhere. Cure: hand the context on.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Counted<F> {
    inner: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Counted<F> {
    type Output = (F::Output, u32);

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        let mut cx = Context::from_waker(Waker::noop());
        self.inner.as_mut().poll(&mut cx).map(|output| (output, self.polls))
    }
}

#[kettle::main]
async fn main() {
    let (send, mut receive) = mpsc::channel(1);
    let counted = kettle::spawn(async move {
        let inner = Box::pin(receive.recv());
        println!("{:?}", Counted { inner, polls: 0 }.await);
    });
    sleep(Duration::from_millis(20)).await;
    send.send("tea").await.expect("it is waited for");
    counted.await.expect("it doesn't panic");
}
