// RIGHT. Two tasks play ping-pong over Notify and a shared counter, as fast as they can, for 3 s; a third task does work in 30-µs pieces with yields between. Busy, but each round is progress. EXPECT: silence.
use kettle::sync::Notify;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[kettle::main]
async fn main() {
    let end = Instant::now() + Duration::from_secs(3);
    let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let count = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for (mine, other) in [(ping.clone(), pong.clone()), (pong.clone(), ping.clone())] {
        let count = count.clone();
        tasks.push(kettle::spawn(async move {
            while Instant::now() < end {
                mine.notified().await;
                count.fetch_add(1, Ordering::Relaxed);
                other.notify_one();
            }
            other.notify_one();
        }));
    }
    tasks.push(kettle::spawn(async move {
        let mut primes = 0_u32;
        let mut n = 2_u32;
        while Instant::now() < end {
            for _ in 0..40 {
                n += 1;
                if (2..40.min(n)).all(|d| n % d != 0) {
                    primes += 1;
                }
            }
            kettle::task::yield_now().await;
        }
        assert!(primes > 0);
    }));
    ping.notify_one();
    for task in tasks {
        task.await.unwrap();
    }
    println!("{}", count.load(Ordering::Relaxed) > 100);
}
