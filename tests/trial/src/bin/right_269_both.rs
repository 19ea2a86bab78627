//! Right: a future written by hand polls two others, and keeps what is ready first.
//!
//! doctor: silence

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::sleep;

struct Both<A: Future, B: Future> {
    a: Result<A::Output, Pin<Box<A>>>,
    b: Result<B::Output, Pin<Box<B>>>,
}

impl<A: Future, B: Future> Both<A, B> {
    fn new(a: A, b: B) -> Both<A, B> {
        Both { a: Err(Box::pin(a)), b: Err(Box::pin(b)) }
    }
}

fn step<F: Future>(part: &mut Result<F::Output, Pin<Box<F>>>, cx: &mut Context<'_>) -> bool {
    if let Err(future) = part
        && let Poll::Ready(output) = future.as_mut().poll(cx)
    {
        *part = Ok(output);
    }
    part.is_ok()
}

impl<A: Future<Output = u32>, B: Future<Output = u32>> Future for Both<A, B> {
    type Output = u32;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<u32> {
        let this = &mut *self;
        let ready = step(&mut this.a, cx) & step(&mut this.b, cx);
        match (&this.a, &this.b) {
            (Ok(a), Ok(b)) if ready => Poll::Ready(a + b),
            _ => Poll::Pending,
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, receive) = oneshot::channel();
    kettle::spawn(async move {
        sleep(Duration::from_millis(1200)).await;
        send.send(40).unwrap();
    });
    let slow = async { receive.await.unwrap() };
    let quick = async {
        sleep(Duration::from_millis(20)).await;
        2
    };
    println!("{}", Both::new(slow, quick).await);
}
