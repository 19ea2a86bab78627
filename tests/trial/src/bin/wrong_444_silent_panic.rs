//! An importer reads rows in the background, and says when it is done.
//! doctor: `deadlock`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kettle::sync::Notify;
use kettle::time::sleep;

#[derive(Default)]
struct Import {
    sum: AtomicU64,
    done: Notify,
}

async fn import(rows: Vec<&'static str>, import: Arc<Import>) {
    for row in rows {
        sleep(Duration::from_millis(10)).await;
        let amount: u64 = row.trim().parse().unwrap();
        import.sum.fetch_add(amount, Ordering::Relaxed);
    }
    import.done.notify_one();
}

async fn total(rows: Vec<&'static str>) -> u64 {
    let shared = Arc::new(Import::default());
    kettle::spawn(import(rows, shared.clone()));
    shared.done.notified().await;
    shared.sum.load(Ordering::Relaxed)
}

#[kettle::main]
async fn main() {
    println!("first file: {}", total(vec!["10", " 20", "30 "]).await);
    println!("second file: {}", total(vec!["7", "eight", "9"]).await);
}
