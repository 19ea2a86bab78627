//! A stream of tickets, written by hand: each poll makes a new future of `recv` and drops it when it is pending.
//!
//! Right: it also polls a timer of a tenth of a second, which is kept. It asks again at each tick, so a ticket is late by
//! a tick at most.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::sync::mpsc;
use kettle::time::{Interval, interval, sleep};

struct Tickets {
    next: mpsc::Receiver<u32>,
    tick: Interval,
}

impl Stream for Tickets {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let this = self.get_mut();
        let recv = pin!(this.next.recv());
        if let Poll::Ready(ticket) = recv.poll(cx) {
            return Poll::Ready(ticket);
        }
        while this.tick.poll_tick(cx).is_ready() {}
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let (send, next) = mpsc::channel(1);
    let counter = kettle::spawn(async move {
        let mut tickets = Tickets { next, tick: interval(Duration::from_millis(100)) };
        while let Some(ticket) = tickets.next().await {
            println!("ticket {ticket}");
        }
    });
    for ticket in 1..=8 {
        send.send(ticket).await.unwrap();
        sleep(Duration::from_millis(230)).await;
    }
    drop(send);
    counter.await.unwrap();
}
