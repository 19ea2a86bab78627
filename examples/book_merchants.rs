// Six merchants are asked for a price. In a loop, all together, in a set, a few at a time: when do
// the answers come, and in which order?

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::{self, FuturesUnordered};
use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep};

const SECONDS: [u64; 6] = [5, 1, 4, 2, 6, 3];

/// A merchant who takes so many seconds to answer.
async fn ask(seconds: u64) -> u64 {
    sleep(Duration::from_secs(seconds)).await;
    seconds
}

async fn one_by_one() -> Vec<u64> {
    let mut answers = Vec::new();
    for seconds in SECONDS {
        answers.push(ask(seconds).await);
    }
    answers
}

async fn all_together() -> Vec<u64> {
    join_all(SECONDS.map(ask)).await
}

async fn as_they_come() -> Vec<u64> {
    let mut set: FuturesUnordered<_> = SECONDS.into_iter().map(ask).collect();
    let mut answers = Vec::new();
    while let Some(answer) = set.next().await {
        answers.push(answer);
    }
    answers
}

async fn as_tasks() -> Vec<u64> {
    let mut set: JoinSet<_> = SECONDS.into_iter().map(ask).collect();
    let mut answers = Vec::new();
    while let Some(end) = set.join_next().await {
        answers.push(end.expect("no panic"));
    }
    answers
}

async fn two_at_a_time() -> Vec<u64> {
    stream::iter(SECONDS).map(ask).buffer_unordered(2).collect().await
}

/// The merchants' names come one by one, through a channel.
async fn two_from_a_channel() -> Vec<u64> {
    let (names, mut list) = mpsc::channel(1);
    kettle::spawn(async move {
        for seconds in SECONDS {
            names.send(seconds).await.expect("they are read");
        }
    });
    stream::poll_fn(move |cx| list.poll_recv(cx)).map(ask).buffer_unordered(2).collect().await
}

async fn two_in_order() -> Vec<u64> {
    stream::iter(SECONDS).map(ask).buffered(2).collect().await
}

async fn tell(way: &str, asking: impl Future<Output = Vec<u64>>) {
    let begin = Instant::now();
    let answers = asking.await;
    println!("{way:<20}{answers:?} after {} s", begin.elapsed().as_secs());
}

#[kettle::main(start_paused = true)]
async fn main() {
    tell("one by one", one_by_one()).await;
    tell("join_all", all_together()).await;
    tell("FuturesUnordered", as_they_come()).await;
    tell("JoinSet", as_tasks()).await;
    tell("buffer_unordered(2)", two_at_a_time()).await;
    tell("from a channel", two_from_a_channel()).await;
    tell("buffered(2)", two_in_order()).await;
}
