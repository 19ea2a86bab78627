//! Readers share the lock. Why does one of them wait while only readers have it?

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Stock = Arc<RwLock<BTreeMap<&'static str, u32>>>;

/// Writes the whole stock into a file.
async fn export(stock: Stock) {
    let stock = stock.read().await;
    for _ in 0..stock.len() {
        sleep(Duration::from_millis(100)).await; // "the disk"
    }
}

async fn count(stock: Stock) {
    sleep(Duration::from_millis(20)).await;
    let sum: u32 = stock.read().await.values().sum();
    println!("{sum} things");
}

async fn deliver(stock: Stock) {
    sleep(Duration::from_millis(50)).await;
    let mut stock = stock.write().await;
    sleep(Duration::from_millis(60)).await; // "notes who has brought it"
    stock.insert("plum", 8);
}

async fn lookup(stock: Stock, what: &'static str) {
    sleep(Duration::from_millis(100)).await;
    let found = stock.read().await.get(what).copied();
    println!("{what}: {found:?}");
}

#[kettle::main]
async fn main() {
    let stock = BTreeMap::from([("apple", 3), ("pear", 5), ("quince", 1), ("grape", 9)]);
    let stock: Stock = Arc::new(RwLock::new(stock));
    let tasks = [
        kettle::spawn(export(Arc::clone(&stock))),
        kettle::spawn(count(Arc::clone(&stock))),
        kettle::spawn(deliver(Arc::clone(&stock))),
        kettle::spawn(lookup(stock, "pear")),
    ];
    for task in tasks {
        task.await.expect("no panic");
    }
}
