//! A cook rings a bell for each dish; a waiter carries one dish for each ring.
//!
//! Wrong: the bell is a `Notify`, which keeps one ring at the most. Two that come while the waiter is at a table are one, so
//! the waiter waits for dishes that were called long ago.
//!
//! Expected: `deadlock`: the waiter waits for a notification, and `main` for the waiter. The cure: a channel, or a `Semaphore`
//! with `add_permits`, which count; or carry all that is ready at each ring.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

const DISHES: u32 = 12;

#[derive(Default)]
struct Pass {
    ready: AtomicU32,
    bell: Notify,
}

async fn cook(pass: Arc<Pass>) {
    for _ in 0..DISHES {
        sleep(Duration::from_millis(4)).await;
        pass.ready.fetch_add(1, Ordering::Relaxed);
        pass.bell.notify_one();
    }
}

async fn wait_at_tables(pass: Arc<Pass>) {
    for dish in 1..=DISHES {
        pass.bell.notified().await;
        pass.ready.fetch_sub(1, Ordering::Relaxed);
        sleep(Duration::from_millis(15)).await;
        println!("dish {dish} is on its table");
    }
}

#[kettle::main]
async fn main() {
    let pass = Arc::new(Pass::default());
    let waiter = kettle::spawn(wait_at_tables(pass.clone()));
    kettle::spawn(cook(pass.clone())).await.unwrap();
    waiter.await.unwrap();
    println!("{} dishes are left", pass.ready.load(Ordering::Relaxed));
}
