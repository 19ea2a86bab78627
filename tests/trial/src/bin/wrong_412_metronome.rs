//! A metronome, written by hand over kettle's `Sleep`.
//! doctor: `lost_wakeup`

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, Sleep, sleep};

struct Metronome {
    next: Pin<Box<Sleep>>,
    beat: Duration,
    left: u32,
}

impl Metronome {
    fn new(beat: Duration, beats: u32) -> Metronome {
        Metronome { next: Box::pin(sleep(beat)), beat, left: beats }
    }
}

impl Future for Metronome {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.next.as_mut().poll(cx).is_ready() {
            println!("tock");
            self.left -= 1;
            if self.left == 0 {
                return Poll::Ready(());
            }
            let next = Instant::now() + self.beat;
            self.next.as_mut().reset(next);
        }
        Poll::Pending
    }
}

async fn play(piece: &str) {
    println!("{piece}, andante");
    Metronome::new(Duration::from_millis(100), 8).await;
    println!("{piece} is over");
}

#[kettle::main]
async fn main() {
    let piece = kettle::spawn(play("a minuet"));
    sleep(Duration::from_millis(300)).await;
    println!("(someone coughs)");
    piece.await.unwrap();
}
