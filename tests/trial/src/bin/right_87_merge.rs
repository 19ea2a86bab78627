//! Two news agencies merged into one stream by hand. The first is silent for two seconds, until the second has sent all.
//!
//! Right: `Merge` asks both receivers before it returns `Pending`, the one that came last time at the end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

struct Merge {
    agencies: [mpsc::Receiver<String>; 2],
    next: usize,
}

impl Stream for Merge {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<String>> {
        let mut ended = 0;
        for n in 0..2 {
            let place = (self.next + n) % 2;
            match self.agencies[place].poll_recv(cx) {
                Poll::Ready(Some(headline)) => {
                    self.next = 1 - place;
                    return Poll::Ready(Some(headline));
                }
                Poll::Ready(None) => ended += 1,
                Poll::Pending => {}
            }
        }
        if ended == 2 { Poll::Ready(None) } else { Poll::Pending }
    }
}

#[kettle::main]
async fn main() {
    let (to_first, first) = mpsc::channel(1);
    let (to_second, second) = mpsc::channel(1);
    let (done, morning_is_done) = oneshot::channel();
    kettle::spawn(async move {
        for number in 1..=20 {
            sleep(Duration::from_millis(100)).await;
            to_second.send(format!("morning {number}")).await.unwrap();
        }
        done.send(()).unwrap();
    });
    kettle::spawn(async move {
        morning_is_done.await.unwrap();
        for number in 1..=4 {
            to_first.send(format!("evening {number}")).await.unwrap();
        }
    });
    let mut news = Merge { agencies: [first, second], next: 0 };
    while let Some(headline) = news.next().await {
        println!("{headline}");
    }
}
