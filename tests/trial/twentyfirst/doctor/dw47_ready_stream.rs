// WRONG. A stream that always has the next item (`stream::iter`), each item costs 2 ms of computing: awaits everywhere, but none ever waits; 600 items = 1.2 s in one poll.
// EXPECT: never_yields for the task of `summarise`. CURE: yield_now now and then.
use futures_util::stream::{self, StreamExt};
use std::time::{Duration, Instant};

async fn score(n: u64) -> u64 {
    let end = Instant::now() + Duration::from_millis(2);
    let mut x = n;
    while Instant::now() < end {
        x = x.wrapping_mul(31).wrapping_add(11);
    }
    x
}

async fn summarise() -> u64 {
    let mut rows = stream::iter(0..600_u64);
    let mut sum = 0_u64;
    while let Some(row) = rows.next().await {
        sum = sum.wrapping_add(score(row).await);
    }
    sum
}

#[kettle::main]
async fn main() {
    let spinner = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(80));
        loop {
            tick.tick().await;
        }
    });
    kettle::time::sleep(Duration::from_millis(100)).await;
    let sum = kettle::spawn(summarise());
    println!("{}", sum.await.unwrap() > 0);
    spinner.abort();
}
