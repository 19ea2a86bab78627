//! A counter in the lock of another crate (`futures_util::lock`), from a program that was written for another runtime.
//!
//! Wrong: `report` takes the lock, and calls `total`, which takes it again. No such lock lets its own task in twice.
//!
//! Expected: `lost_wakeup` or `deadlock` of task 1: it waits for code that isn't kettle's, and nothing is left that could wake it. The cure: hand
//! the guard on, or drop it first (or, of any such wait: what it waits for must call the waker).
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::sync::Arc;
use std::time::Duration;

use futures_util::lock::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Counts {
    visits: u32,
    sales: u32,
}

async fn total(counts: &Mutex<Counts>) -> u32 {
    let counts = counts.lock().await;
    counts.visits + counts.sales
}

async fn report(counts: Arc<Mutex<Counts>>) -> String {
    sleep(Duration::from_millis(20)).await;
    let guard = counts.lock().await;
    format!("{} visits, {} sales, {} in all", guard.visits, guard.sales, total(&counts).await)
}

#[kettle::main]
async fn main() {
    let counts = Arc::new(Mutex::new(Counts::default()));
    let report = kettle::spawn(report(Arc::clone(&counts)));
    for _ in 0..3 {
        counts.lock().await.visits += 1;
    }
    println!("{}", report.await.unwrap());
}
