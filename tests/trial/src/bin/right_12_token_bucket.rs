//! A rate limiter: tokens are permits that are forgotten when they are used, and a task adds new ones. When
//! the bucket is empty, all wait for the refill, once for longer than a second.
//!
//! Suspicious: permits that are taken and never come back.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{MissedTickBehavior, interval_at};

struct Limiter {
    tokens: Arc<Semaphore>,
}

impl Limiter {
    fn new(burst: usize, every: Duration) -> Limiter {
        let tokens = Arc::new(Semaphore::new(burst));
        let refill = tokens.clone();
        kettle::spawn(async move {
            let mut clock = interval_at(kettle::time::Instant::now() + every, every);
            clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                clock.tick().await;
                refill.add_permits(burst.saturating_sub(refill.available_permits()));
            }
        });
        Limiter { tokens }
    }

    async fn wait(&self) {
        self.tokens.acquire().await.expect("it is never closed").forget();
    }
}

#[kettle::main]
async fn main() {
    let begin = Instant::now();
    let limiter = Arc::new(Limiter::new(3, Duration::from_millis(1300)));
    let mut requests = JoinSet::new();
    for number in 0..8 {
        let limiter = limiter.clone();
        requests.spawn(async move {
            limiter.wait().await;
            number
        });
    }
    while let Some(number) = requests.join_next().await {
        println!("request {number:?} after {} s", begin.elapsed().as_secs());
    }
}
