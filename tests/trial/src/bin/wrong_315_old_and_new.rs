//! A report on a table: how many rows there were, and how many there are after the import. Both run in one `join!`.
//!
//! Wrong: the report keeps its read guard while it waits for the end of the import, and the import waits to write.
//!
//! Expected: `deadlock`: `main` waits for the `RwLock` that it reads itself, and for the notification of its other branch. The cure: drop
//! the read guard before waiting (take the length out of it), and read again afterwards.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::{Notify, RwLock};
use kettle::time::sleep;

#[derive(Default)]
struct Store {
    rows: RwLock<Vec<String>>,
    imported: Notify,
}

async fn report(store: &Store) {
    let rows = store.rows.read().await;
    println!("before the import: {} rows, the first is {:?}", rows.len(), rows.first());
    store.imported.notified().await;
    println!("after it: {} rows", rows.len());
}

async fn import(store: &Store) {
    for number in 0..3 {
        sleep(Duration::from_millis(10)).await; // from the network
        let mut rows = store.rows.write().await;
        rows.push(format!("row {number}"));
    }
    store.imported.notify_one();
}

#[kettle::main]
async fn main() {
    let store = Store::default();
    store.rows.write().await.push("heading".to_owned());
    kettle::join!(report(&store), import(&store));
    println!("{} rows", store.rows.read().await.len());
}
