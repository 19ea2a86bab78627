//! A stream of our own lets only the alarms of a log through.
//!
//! Wrong: for a line that is no alarm it returns `Pending`. The receiver within was ready, so it has stored no waker; the
//! lines that lie in the channel are never looked at.
//!
//! Expected: `lost_wakeup`: the waker is stored nowhere. The cure: ask the receiver again, in a loop, until it is `Pending`
//! itself.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::{Stream, StreamExt};
use kettle::sync::mpsc::{self, Receiver};

#[derive(Debug)]
struct Line {
    level: u8,
    text: String,
}

struct Alarms {
    log: Receiver<Line>,
    least: u8,
}

impl Stream for Alarms {
    type Item = Line;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Line>> {
        match self.log.poll_recv(cx) {
            Poll::Ready(Some(line)) if line.level >= self.least => Poll::Ready(Some(line)),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Ready(Some(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

async fn service(log: mpsc::Sender<Line>) {
    for (number, level) in [4, 5, 1, 4, 2, 5].into_iter().enumerate() {
        let line = Line { level, text: format!("request {number}") };
        if log.send(line).await.is_err() {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let (send, log) = mpsc::channel(16);
    kettle::spawn(service(send));
    let pager = kettle::spawn(async move {
        let mut alarms = Alarms { log, least: 4 };
        let mut calls = 0;
        while let Some(alarm) = alarms.next().await {
            println!("level {}: {}", alarm.level, alarm.text);
            calls += 1;
        }
        calls
    });
    println!("{} calls", pager.await.unwrap());
}
