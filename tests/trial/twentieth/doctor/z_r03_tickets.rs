//! Tickets for a pool: who comes in takes a permit and forgets it; the clerk counts the guests that have left, and adds
//! permits for them every 1.5 s.
//!
//! Right: permits are forgotten on purpose, and all is added again. Near to: a deadlock over permits that are lost.
//!
//! Expected: silent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

#[derive(Default)]
struct Pool {
    left: AtomicUsize,
    swims: AtomicUsize,
}

async fn guest(tickets: Arc<Semaphore>, pool: Arc<Pool>) {
    for _ in 0..2 {
        tickets.acquire().await.unwrap().forget();
        pool.swims.fetch_add(1, Ordering::Relaxed);
        kettle::task::yield_now().await;
        pool.left.fetch_add(1, Ordering::Relaxed);
    }
}

async fn clerk(tickets: Arc<Semaphore>, pool: Arc<Pool>) {
    loop {
        sleep(Duration::from_millis(1500)).await;
        tickets.add_permits(pool.left.swap(0, Ordering::Relaxed));
    }
}

#[kettle::main]
async fn main() {
    let tickets = Arc::new(Semaphore::new(3));
    let pool = Arc::new(Pool::default());
    let clerk = kettle::spawn(clerk(tickets.clone(), pool.clone()));
    let guests: Vec<_> = (0..5).map(|_| kettle::spawn(guest(tickets.clone(), pool.clone()))).collect();
    for guest in guests {
        guest.await.unwrap();
    }
    clerk.abort();
    println!("{} swims", pool.swims.load(Ordering::Relaxed));
}
