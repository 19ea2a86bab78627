//! A stream of numbered tickets, written by hand. The number is behind a lock of kettle's that the office shares.
//!
//! Wrong: each poll makes a new `lock()` future and drops it when it is pending. With it goes its place in the queue of
//! the lock, and the waker.
//!
//! Expected: `lost_wakeup`: no waker is left. The cure: keep the future of `lock` from one poll to the next (or write the
//! stream with an async function).
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use kettle::sync::Mutex;
use kettle::time::sleep;

struct Tickets {
    next: Arc<Mutex<u32>>,
}

impl Stream for Tickets {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        let lock = pin!(self.next.lock());
        match lock.poll(cx) {
            Poll::Ready(mut next) => {
                *next += 1;
                Poll::Ready((*next <= 5).then_some(*next))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

async fn stocktaking(next: Arc<Mutex<u32>>) {
    let next = next.lock().await;
    sleep(Duration::from_millis(80)).await;
    println!("{next} so far");
}

#[kettle::main]
async fn main() {
    let next = Arc::new(Mutex::new(0));
    kettle::spawn(stocktaking(next.clone()));
    kettle::task::yield_now().await;
    let counter = kettle::spawn(async {
        let mut tickets = Tickets { next };
        while let Some(ticket) = tickets.next().await {
            println!("ticket {ticket}");
        }
    });
    counter.await.unwrap();
}
