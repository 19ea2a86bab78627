//! Three philosophers who may take their forks in a circle, but wait for the second one no longer than a
//! moment (each another one), and put the first one back then.
//!
//! Suspicious: three tasks, each of which waits for a lock that the next one has, for more than a second.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

#[kettle::main]
async fn main() {
    let forks: Vec<Arc<Mutex<u32>>> = (0..3).map(|_fork| Arc::default()).collect();
    let mut table = JoinSet::new();
    for seat in 0..3 {
        let (left, right) = (forks[seat].clone(), forks[(seat + 1) % 3].clone());
        table.spawn(async move {
            let patience = Duration::from_millis(1300 + 200 * seat as u64);
            loop {
                let mut first = left.lock().await;
                sleep(Duration::from_millis(10)).await;
                if let Ok(mut second) = timeout(patience, right.lock()).await {
                    *first += 1;
                    *second += 1;
                    return seat;
                }
                drop(first);
                sleep(Duration::from_millis(50)).await;
            }
        });
    }
    println!("{:?}", table.join_all().await);
}
