// WRONG. `select!` over a FuturesUnordered and a channel of new work: while the set is empty `next()` gives None at once, each time; the loop spins.
// (The poll never ends: nothing in it spends a budget.) EXPECT: never_yields: task of `run`. CURE: `Some(x) = set.next()` (or `if !set.is_empty()`).
use futures_util::stream::{FuturesUnordered, StreamExt};
use kettle::sync::mpsc;
use std::time::Duration;

async fn fetch(n: u64) -> u64 {
    kettle::time::sleep(Duration::from_millis(20)).await;
    n * 2
}

async fn run(mut work: mpsc::Receiver<u64>) -> u64 {
    let mut set = FuturesUnordered::new();
    let mut sum = 0;
    loop {
        kettle::select! {
            n = work.recv() => match n {
                Some(n) => set.push(fetch(n)),
                None => return sum,
            },
            done = set.next() => {
                if let Some(n) = done {
                    sum += n;
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, work) = mpsc::channel(4);
    let runner = kettle::spawn(run(work));
    for n in 0..3 {
        sender.send(n).await.unwrap();
        kettle::time::sleep(Duration::from_millis(1400)).await;
    }
    drop(sender);
    println!("{}", runner.await.unwrap());
}
