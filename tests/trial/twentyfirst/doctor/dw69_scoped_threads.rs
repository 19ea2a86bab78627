// WRONG. A task starts scoped threads for a parallel sum and waits for them (900 ms) in its poll; a ticker of 50 ms and a second task wait.
// EXPECT: blocking_poll for the task of `parallel`. CURE: spawn_blocking around it.
use std::thread;
use std::time::{Duration, Instant};

fn part(time: Duration) -> u64 {
    let end = Instant::now() + time;
    let mut x = 1_u64;
    while Instant::now() < end {
        thread::sleep(Duration::from_millis(1)); // waits for the disk, mostly
        x += 1;
    }
    x
}

async fn parallel() -> u64 {
    kettle::time::sleep(Duration::from_millis(30)).await;
    thread::scope(|scope| {
        let parts: Vec<_> = (0..3).map(|i| scope.spawn(move || part(Duration::from_millis(700 + 100 * i)))).collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}

#[kettle::main]
async fn main() {
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
        }
    });
    println!("{}", kettle::spawn(parallel()).await.unwrap() > 100);
    ticker.abort();
}
