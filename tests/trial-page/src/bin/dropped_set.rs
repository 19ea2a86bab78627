//! A search asks five libraries at once; a reader waits for 80 ms at most.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

async fn library(number: u64, lines: Arc<Semaphore>) -> u64 {
    let _line = lines.acquire().await.unwrap();
    sleep(Duration::from_millis(20 * number)).await;
    sleep(Duration::from_millis(15)).await;
    number * 3
}

async fn search(lines: Arc<Semaphore>) -> u64 {
    let mut libraries = JoinSet::new();
    for number in 1..=5 {
        libraries.spawn(library(number, Arc::clone(&lines)));
    }
    let mut found = 0;
    while let Some(books) = libraries.join_next().await {
        found += books.unwrap();
    }
    found
}

async fn reader(lines: Arc<Semaphore>) {
    let found = timeout(Duration::from_millis(80), search(lines)).await;
    println!("{found:?}");
}

#[kettle::main]
async fn main() {
    let lines = Arc::new(Semaphore::new(2));
    kettle::spawn(reader(Arc::clone(&lines))).await.unwrap();
    sleep(Duration::from_millis(60)).await;
    println!("{} lines free", lines.available_permits());
}
