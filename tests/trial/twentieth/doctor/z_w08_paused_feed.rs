//! A feed can be paused. While it is, its reader takes nothing from the channel. A ticker goes on beside it.
//!
//! Wrong: the `poll_fn` returns `Pending` while paused, and has stored its waker nowhere, so `resume` wakes nobody.
//!
//! Expected: `lost_wakeup` of the reader's task, proven, soon after it is polled while paused (the ticker goes on; `panic` ends it).
//! Place: where the reader was spawned (and the poll). Cure: store the waker (`cx.waker().clone()`) where
//! `resume` can call it, and call it there.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn read(mut feed: mpsc::Receiver<u32>, paused: Arc<AtomicBool>) -> u32 {
    let mut sum = 0;
    while let Some(value) = poll_fn(|cx| {
        if paused.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        feed.poll_recv(cx)
    })
    .await
    {
        sum += value;
    }
    sum
}

async fn tick() {
    loop {
        sleep(Duration::from_millis(500)).await;
        print!(".");
    }
}

#[kettle::main]
async fn main() {
    let (news, feed) = mpsc::channel(32);
    let paused = Arc::new(AtomicBool::new(false));
    kettle::spawn(tick());
    let reader = kettle::spawn(read(feed, paused.clone()));
    for value in 0..10 {
        if value == 5 {
            paused.store(true, Ordering::Relaxed);
        }
        news.send(value).await.unwrap();
        sleep(Duration::from_millis(20)).await;
    }
    paused.store(false, Ordering::Relaxed);
    drop(news);
    println!("sum {}", reader.await.unwrap());
}
