// A hundred sleeps of different lengths: as one future that polls them all, as sets that poll only
// what was woken, and as tasks. How often is a sleep polled?

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use kettle::task::JoinSet;
use kettle::time::sleep;

static POLLS: AtomicU32 = AtomicU32::new(0);

/// A sleep that counts how often it is polled.
async fn counted(number: u64) {
    let mut sleep = pin!(sleep(Duration::from_millis(number * 10)));
    poll_fn(|cx| {
        POLLS.fetch_add(1, Relaxed);
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

fn tell(what: &str) {
    println!("{what:<27}{:>5} polls", POLLS.swap(0, Relaxed));
}

#[kettle::main(start_paused = true)]
async fn main() {
    all((1..=100).map(counted)).await;
    tell("100 as in join!:");

    let mut set: FuturesUnordered<_> = (1..=100).map(counted).collect();
    while let Some(()) = set.next().await {}
    tell("100 in FuturesUnordered:");

    let mut set: JoinSet<()> = (1..=100).map(counted).collect();
    while let Some(end) = set.join_next().await {
        end.expect("no panic");
    }
    tell("100 tasks in a JoinSet:");

    join_all((1..=30).map(counted)).await;
    tell("30 in join_all:");
    join_all((1..=31).map(counted)).await;
    tell("31 in join_all:");
}
