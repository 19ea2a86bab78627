//! A throttle: a bucket gets a few tokens at a time, and each request takes one for good.
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{MissedTickBehavior, interval};

const BUCKET: usize = 5;

async fn refill(tokens: Arc<Semaphore>) {
    let mut tap = interval(Duration::from_millis(300));
    tap.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tap.tick().await;
        let room = BUCKET.saturating_sub(tokens.available_permits());
        tokens.add_permits(room.min(4));
    }
}

async fn client(id: u32, tokens: Arc<Semaphore>, sent: Arc<AtomicU32>) {
    for request in 1..=6 {
        tokens.acquire().await.expect("never closed").forget();
        let nth = sent.fetch_add(1, Ordering::Relaxed) + 1;
        if request == 6 {
            println!("client {id} is done, with request {nth}");
        }
    }
}

#[kettle::main]
async fn main() {
    let tokens = Arc::new(Semaphore::new(BUCKET));
    let sent = Arc::new(AtomicU32::new(0));
    let tap = kettle::spawn(refill(tokens.clone()));
    let mut clients = JoinSet::new();
    for id in 1..=6 {
        clients.spawn(client(id, tokens.clone(), sent.clone()));
    }
    while let Some(ended) = clients.join_next().await {
        ended.expect("no client panics");
    }
    tap.abort();
    println!("{} requests were sent.", sent.load(Ordering::Relaxed));
}
