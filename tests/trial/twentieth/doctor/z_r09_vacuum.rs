//! A database in memory. A blocking job tidies it up for 2.2 s under its lock, and the requests wait for that.
//!
//! Right: the job ends. Near to: a deadlock of tasks at a lock that no task has, on a runtime that sleeps.
//!
//! Expected: silent.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::{JoinSet, spawn_blocking};

type Rows = Arc<Mutex<Vec<u64>>>;

fn vacuum(rows: &Rows) -> usize {
    let mut rows = rows.blocking_lock();
    let before = rows.len();
    rows.retain(|row| row % 3 != 0);
    thread::sleep(Duration::from_millis(2200)); // the disk
    before - rows.len()
}

async fn request(rows: Rows, at: usize) -> u64 {
    let rows = rows.lock().await;
    rows[at % rows.len()]
}

#[kettle::main]
async fn main() {
    let rows: Rows = Arc::new(Mutex::new((0..300).collect()));
    let theirs = rows.clone();
    let vacuuming = spawn_blocking(move || vacuum(&theirs));
    let mut requests = JoinSet::new();
    for at in 0..20 {
        requests.spawn(request(rows.clone(), at * 31));
    }
    let sum: u64 = requests.join_all().await.into_iter().sum();
    println!("{} rows gone, sum is more than nothing: {}", vacuuming.await.unwrap(), sum > 0);
}
