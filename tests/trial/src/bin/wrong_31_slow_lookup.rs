//! A lookup under a lock. If it takes longer than 50 ms, a message is written, under the same lock, and the
//! lookup goes on.
//!
//! The mistake: `select!` got a reference, so the lookup lives on, first in the queue for the lock, and is
//! polled no more while the other branch waits behind it. (Rust's users call that a futurelock.)
//!
//! Expected: a deadlock: the lock is free, or about to be, and the future whose turn it is isn't polled.
//! Cure: poll it on (spawn it, or `join!`), or drop it.
//!
//! doctor: `deadlock`
//! ends: killed

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::select;
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn lookup(table: &Mutex<Vec<u32>>, row: usize) -> Option<u32> {
    let rows = table.lock().await;
    sleep(Duration::from_millis(10)).await;
    rows.get(row).copied()
}

#[kettle::main]
async fn main() {
    let table = Arc::new(Mutex::new(vec![1, 2, 3]));
    let busy = table.clone();
    kettle::spawn(async move {
        let mut rows = busy.lock().await;
        sleep(Duration::from_millis(300)).await;
        rows.push(4);
    });
    sleep(Duration::from_millis(10)).await;
    let mut slow = pin!(lookup(&table, 2));
    let found = select! {
        found = &mut slow => found,
        () = sleep(Duration::from_millis(50)) => {
            println!("it takes long: {} rows", table.lock().await.len());
            slow.await
        }
    };
    println!("{found:?}");
}
