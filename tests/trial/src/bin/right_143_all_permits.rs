//! A table of prices behind a semaphore of three: a reader takes one permit, the writer all three.
//!
//! Right: `acquire_many(3)` asks for all permits there are and gets them, because each reader gives its own back. Some readers
//! give up waiting while the writer is in line.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

const READERS: u32 = 3;

struct Prices {
    turns: Semaphore,
    revision: AtomicU32,
}

async fn read(prices: Arc<Prices>) -> (u32, u32) {
    let (mut read, mut given_up) = (0, 0);
    for round in 0..15 {
        let turn = timeout(Duration::from_millis(20), prices.turns.acquire()).await;
        let Ok(turn) = turn else {
            given_up += 1;
            continue;
        };
        let before = prices.revision.load(Ordering::Relaxed);
        sleep(Duration::from_millis(20 + round)).await;
        assert_eq!(before, prices.revision.load(Ordering::Relaxed), "written while it is read");
        drop(turn);
        read += 1;
    }
    (read, given_up)
}

#[kettle::main]
async fn main() {
    let prices =
        Arc::new(Prices { turns: Semaphore::new(READERS as usize), revision: AtomicU32::new(1) });
    let mut readers: JoinSet<_> = (0..5).map(|_| read(prices.clone())).collect();
    for _ in 0..6 {
        sleep(Duration::from_millis(70)).await;
        let all = prices.turns.acquire_many(READERS).await.unwrap();
        prices.revision.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(50)).await;
        drop(all);
    }
    while let Some(reader) = readers.join_next().await {
        println!("read and given up: {:?}", reader.unwrap());
    }
}
