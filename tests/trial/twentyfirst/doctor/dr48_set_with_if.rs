// RIGHT. As dw71, with `if !set.is_empty()`; and a drain loop that uses `now_or_never`-like try_recv once a tick. EXPECT: silence.
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
                None => break,
            },
            Some(n) = set.next(), if !set.is_empty() => sum += n,
        }
    }
    while let Some(n) = set.next().await {
        sum += n;
    }
    sum
}

#[kettle::main]
async fn main() {
    let (sender, work) = mpsc::channel(4);
    let runner = kettle::spawn(run(work));
    for n in 0..3 {
        sender.send(n).await.unwrap();
        kettle::time::sleep(Duration::from_millis(1200)).await;
    }
    drop(sender);
    println!("{}", runner.await.unwrap());
}
