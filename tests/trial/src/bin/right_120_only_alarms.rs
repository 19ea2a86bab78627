//! A stream of our own lets only the alarms of a log through, of which there are few.
//!
//! Right: it asks the receiver again until that is `Pending` itself, and has stored the waker. A thread writes the log, a
//! line in 20 ms, for two and a half seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::sync::mpsc::{self, Receiver};

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
        loop {
            match ready!(self.log.poll_recv(cx)) {
                Some(line) if line.level < self.least => {}
                line => return Poll::Ready(line),
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (log, lines) = mpsc::channel(16);
    let service = thread::spawn(move || {
        for number in 1..=125_u8 {
            thread::sleep(Duration::from_millis(20));
            let line = Line { level: number % 50 / 7, text: format!("request {number}") };
            if log.blocking_send(line).is_err() {
                return;
            }
        }
    });
    let pager = kettle::spawn(async move {
        let mut alarms = Alarms { log: lines, least: 7 };
        let mut calls = 0;
        while let Some(alarm) = alarms.next().await {
            println!("level {}: {}", alarm.level, alarm.text);
            calls += 1;
        }
        calls
    });
    println!("{} calls", pager.await.unwrap());
    service.join().unwrap();
}
