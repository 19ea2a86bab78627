//! Numbers are collected under a lock. The report is a blocking job, which reads them.
//!
//! Wrong: `publish` awaits the job while it has the guard that the job wants.
//!
//! Expected: `deadlock`, proven, at once or after a second (there is a thread of the pool): `main` awaits the job's end,
//! the job waits in `blocking_lock` for the lock that `main` has. Place: the await of the job, the `lock()` of `publish`.
//! Cure: drop the guard before the job is awaited.

use std::sync::Arc;

use kettle::sync::Mutex;
use kettle::task;

#[derive(Default)]
struct Numbers {
    sold: Vec<u32>,
    reports: u32,
}

fn print(numbers: &Mutex<Numbers>) -> u32 {
    let numbers = numbers.blocking_lock();
    numbers.sold.iter().sum()
}

async fn sell(numbers: Arc<Mutex<Numbers>>) {
    for amount in [3, 5, 8] {
        numbers.lock().await.sold.push(amount);
        task::yield_now().await;
    }
}

async fn publish(numbers: &Arc<Mutex<Numbers>>) -> u32 {
    let mut held = numbers.lock().await;
    held.reports += 1;
    let theirs = numbers.clone();
    let sum = task::spawn_blocking(move || print(&theirs)).await.unwrap();
    println!("report {}: {sum}", held.reports);
    sum
}

#[kettle::main]
async fn main() {
    let numbers = Arc::new(Mutex::new(Numbers::default()));
    kettle::spawn(sell(numbers.clone())).await.unwrap();
    let sum = publish(&numbers).await;
    assert_eq!(sum, 16);
}
