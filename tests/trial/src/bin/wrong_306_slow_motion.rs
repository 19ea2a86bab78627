//! A film is played in slow motion: a stream, written by hand, that gives a frame every 40 ms.
//!
//! Wrong: each poll makes a new `Sleep`, polls it and drops it again. With it goes the timer, so nothing ever wakes the player.
//!
//! Expected: `lost_wakeup` of task 1. The cure: keep the `Sleep` in the stream (`Pin<Box<Sleep>>`), and `reset` it after each frame.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::time::sleep;

struct SlowMotion {
    next: u32,
    frames: u32,
}

impl Stream for SlowMotion {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        if self.next == self.frames {
            return Poll::Ready(None);
        }
        let pause = pin!(sleep(Duration::from_millis(40)));
        match pause.poll(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                self.next += 1;
                Poll::Ready(Some(self.next))
            }
        }
    }
}

async fn play(mut film: SlowMotion) -> u32 {
    let mut shown = 0;
    while let Some(frame) = film.next().await {
        println!("frame {frame}");
        shown += 1;
    }
    shown
}

#[kettle::main]
async fn main() {
    let film = SlowMotion { next: 0, frames: 12 };
    let player = kettle::spawn(play(film));
    println!("{} frames shown", player.await.unwrap());
}
