//! A database is closed for upkeep: a job of the pool works for 700 ms, and the lock is kept all the time.
//! Requests wait.
//!
//! Suspicious: a guard across an `.await` for which others wait. Right: nobody may look meanwhile.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let rows = Arc::new(Mutex::new(vec![3, 1, 2]));
    let mut requests = JoinSet::new();
    let upkeep = rows.clone();
    requests.spawn(async move {
        let mut rows = upkeep.lock_owned().await;
        let sorted = spawn_blocking(move || {
            thread::sleep(Duration::from_millis(700));
            rows.sort_unstable();
            rows
        });
        sorted.await.expect("it doesn't panic").len()
    });
    for request in 0..3 {
        let rows = rows.clone();
        requests.spawn(async move {
            sleep(Duration::from_millis(10)).await;
            rows.lock().await[request]
        });
    }
    println!("{:?}", requests.join_all().await);
}
