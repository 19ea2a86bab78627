//! A deploy tool hashes a file on the blocking pool; a user cancels the deploy.
//! Task 1 was aborted at 0.1 s: why did the program not end before 0.7 s?

use std::time::Duration;

use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::sleep;

fn hash_file() -> u64 {
    std::thread::sleep(Duration::from_millis(700));
    42
}

async fn deploy() -> u64 {
    let hash = spawn_blocking(hash_file).await.expect("joins");
    sleep(Duration::from_millis(50)).await;
    hash
}

async fn progress() -> u64 {
    loop {
        sleep(Duration::from_millis(40)).await;
    }
}

#[kettle::main]
async fn main() {
    let mut jobs = JoinSet::new();
    jobs.spawn(deploy());
    jobs.spawn(progress());
    sleep(Duration::from_millis(100)).await;
    jobs.abort_all();
    let mut cancelled = 0;
    while let Some(end) = jobs.join_next().await {
        if end.is_err() {
            cancelled += 1;
        }
    }
    println!("cancelled {cancelled}");
}
