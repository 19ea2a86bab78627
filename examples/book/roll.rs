// A hundred sleeps of different lengths: as one future that polls them all, and as tasks. How
// often is a sleep polled?

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use kettle::time::sleep;

/// A sleep that counts how often it is polled.
async fn counted(milliseconds: u64, polls: Arc<AtomicU32>) {
    let mut sleep = pin!(sleep(Duration::from_millis(milliseconds)));
    poll_fn(|cx| {
        polls.fetch_add(1, Relaxed);
        sleep.as_mut().poll(cx)
    })
    .await;
}

/// All of them as one future, as `join!` does it: each wake polls every unfinished one.
async fn all<F: Future<Output = ()>>(futures: impl Iterator<Item = F>) {
    let mut futures: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    poll_fn(|cx| {
        futures.retain_mut(|future| future.as_mut().poll(cx).is_pending());
        if futures.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[kettle::main(start_paused = true)]
async fn main() {
    let polls = Arc::new(AtomicU32::new(0));
    all((1..=100).map(|n| counted(n * 10, polls.clone()))).await;
    println!("one future: {} polls", polls.swap(0, Relaxed));

    let tasks: Vec<_> = (1..=100).map(|n| kettle::spawn(counted(n * 10, polls.clone()))).collect();
    for task in tasks {
        task.await.expect("no panic");
    }
    println!("tasks:      {} polls", polls.load(Relaxed));
}
