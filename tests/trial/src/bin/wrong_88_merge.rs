//! Two news agencies, merged into one stream: what each sends is printed in the order in which it comes.
//!
//! Wrong: `Merge` asks the second receiver only when the first has ended. The first agency waits until the second has
//! sent its four headlines, which fill the second channel.
//!
//! Expected: `deadlock`: the second agency waits for room in its channel, the first for the second, and `main` for the
//! first. The cure: ask both receivers before `Pending` is returned.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::sync::{Notify, mpsc};
use kettle::time::sleep;

struct Merge {
    first: mpsc::Receiver<String>,
    second: mpsc::Receiver<String>,
}

impl Stream for Merge {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<String>> {
        match self.first.poll_recv(cx) {
            Poll::Ready(Some(headline)) => Poll::Ready(Some(headline)),
            Poll::Ready(None) => self.second.poll_recv(cx),
            Poll::Pending => Poll::Pending,
        }
    }
}

async fn morning(headlines: mpsc::Sender<String>, done: Arc<Notify>) {
    for number in 1..=4 {
        sleep(Duration::from_millis(10)).await;
        let _ = headlines.send(format!("morning {number}")).await;
    }
    done.notify_one();
}

async fn evening(headlines: mpsc::Sender<String>, morning_is_done: Arc<Notify>) {
    morning_is_done.notified().await;
    for number in 1..=4 {
        let _ = headlines.send(format!("evening {number}")).await;
    }
}

#[kettle::main]
async fn main() {
    let done = Arc::new(Notify::new());
    let (to_first, first) = mpsc::channel(2);
    let (to_second, second) = mpsc::channel(2);
    kettle::spawn(evening(to_first, done.clone()));
    kettle::spawn(morning(to_second, done));
    let mut news = Merge { first, second };
    while let Some(headline) = news.next().await {
        println!("{headline}");
    }
}
