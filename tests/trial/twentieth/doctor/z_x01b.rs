// Extra, after the judging: a task waits for its own lock, whose guard is in a struct of its own. A heartbeat goes on.
use std::time::Duration;

use kettle::sync::{Mutex, MutexGuard};
use kettle::time::sleep;

struct Transaction<'a> {
    rows: MutexGuard<'a, Vec<u32>>,
    log: Vec<u32>,
}

async fn count(store: &Mutex<Vec<u32>>) -> usize {
    store.lock().await.len()
}

async fn insert(store: &Mutex<Vec<u32>>, row: u32) {
    let mut tx = Transaction { rows: store.lock().await, log: Vec::new() };
    tx.rows.push(row);
    tx.log.push(row);
    println!("{} rows", count(store).await);
}

#[kettle::main]
async fn main() {
    let store = Mutex::new(Vec::new());
    kettle::spawn(async {
        loop {
            sleep(Duration::from_millis(300)).await;
        }
    });
    insert(&store, 1).await;
}
