//! A film in slow motion: a stream, written by hand, that gives a frame every 40 ms. A viewer who has seen enough goes.
//!
//! Right: the `Sleep` is kept in the stream between polls, and put forward after each frame. What the viewer hasn't seen is dropped with its timer.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::time::{Instant, Sleep, sleep};

struct SlowMotion {
    next: u32,
    frames: u32,
    pause: Pin<Box<Sleep>>,
}

impl SlowMotion {
    const FRAME: Duration = Duration::from_millis(40);

    fn new(frames: u32) -> SlowMotion {
        SlowMotion { next: 0, frames, pause: Box::pin(sleep(SlowMotion::FRAME)) }
    }
}

impl Stream for SlowMotion {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.next == self.frames {
            return Poll::Ready(None);
        }
        ready!(self.pause.as_mut().poll(cx));
        self.pause.as_mut().reset(Instant::now() + SlowMotion::FRAME);
        self.next += 1;
        Poll::Ready(Some(self.next))
    }
}

async fn watch(film: SlowMotion, patience: usize) -> usize {
    film.take(patience).count().await
}

#[kettle::main]
async fn main() {
    let all = kettle::spawn(watch(SlowMotion::new(12), usize::MAX));
    let some = kettle::spawn(watch(SlowMotion::new(12), 5));
    println!("{} and {} frames shown", all.await.unwrap(), some.await.unwrap());
}
