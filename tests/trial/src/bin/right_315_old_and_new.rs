//! A report on a table: how many rows there were, and how many after the import. Both run in one `join!`.
//!
//! Right: the report drops its read guard before it waits for the import, and the import begins when the report has the first number.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{Notify, RwLock, RwLockWriteGuard};
use kettle::time::sleep;

#[derive(Default)]
struct Store {
    rows: RwLock<Vec<String>>,
    counted: Notify,
    imported: Notify,
}

async fn report(store: &Store) -> (usize, usize) {
    let rows = store.rows.read().await;
    let before = rows.len();
    store.counted.notify_one();
    drop(rows);
    store.imported.notified().await;
    (before, store.rows.read().await.len())
}

async fn import(store: &Store) -> usize {
    store.counted.notified().await;
    for number in 0..3 {
        sleep(Duration::from_millis(30)).await; // from the network
        store.rows.write().await.push(format!("row {number}"));
    }
    let mut rows = store.rows.write().await;
    rows.sort();
    let rows = RwLockWriteGuard::downgrade(rows);
    store.imported.notify_one();
    sleep(Duration::from_millis(60)).await; // copies what it has, with the read guard
    rows.len()
}

#[kettle::main]
async fn main() {
    let store = Store::default();
    store.rows.write().await.push("heading".to_owned());
    let ((before, after), copied) = kettle::join!(report(&store), import(&store));
    println!("{before} before, {after} after, {copied} copied");
}
