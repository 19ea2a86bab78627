// Two pots brew side by side, and each finished pot is served before the next one is asked for. Who
// brews while the waiter serves?

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep, timeout};

/// Three times water, and a pause after each: 3 s for the first pot, 6 s for the second. After 7 s
/// it is bitter.
async fn brew(pot: u64) -> (u64, bool) {
    let pours = async {
        for _ in 0..3 {
            sleep(Duration::from_secs(pot)).await;
        }
    };
    (pot, timeout(Duration::from_secs(7), pours).await.is_ok())
}

/// Carries a pot to its table and back, which takes four seconds.
async fn serve((pot, good): (u64, bool), since: Instant) {
    let taste = if good { "good" } else { "bitter" };
    println!("  {} s: pot {pot} is {taste}", since.elapsed().as_secs());
    sleep(Duration::from_secs(4)).await;
}

async fn in_one_task() {
    let since = Instant::now();
    let mut pots: FuturesUnordered<_> = [1, 2].map(brew).into_iter().collect();
    while let Some(pot) = pots.next().await {
        serve(pot, since).await;
    }
}

async fn in_tasks() {
    let since = Instant::now();
    let mut pots: JoinSet<_> = [1, 2].map(brew).into_iter().collect();
    while let Some(pot) = pots.join_next().await {
        serve(pot.expect("no panic"), since).await;
    }
}

/// One task, but the pots are polled in one branch, and served in the other.
async fn in_two_branches() {
    let since = Instant::now();
    let mut pots: FuturesUnordered<_> = [1, 2].map(brew).into_iter().collect();
    let (shelf, mut waiter) = mpsc::unbounded_channel();
    let brewing = async move {
        while let Some(pot) = pots.next().await {
            shelf.send(pot).expect("the waiter is there");
        }
    };
    let serving = async {
        while let Some(pot) = waiter.recv().await {
            serve(pot, since).await;
        }
    };
    kettle::join!(brewing, serving);
}

#[kettle::main(start_paused = true)]
async fn main() {
    println!("futures in a set:");
    in_one_task().await;
    println!("tasks in a set:");
    in_tasks().await;
    println!("two branches:");
    in_two_branches().await;
}
