//! A crawler's pages are tasks of a `JoinSet`, and are taken out as they end.
//!
//! Wrong: `try_join_next` doesn't wait, and nothing else in the loop does: the tasks never have a turn, so none ends.
//!
//! Expected: `never_yields`, of `main`, in a poll that goes on. The cure: `join_next().await`.
//!
//! doctor: `never_yields`
//! ends: killed

use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::sleep;

async fn page(number: u64) -> u64 {
    sleep(Duration::from_millis(number * 10)).await;
    number * 1000
}

#[kettle::main]
async fn main() {
    let mut pages: JoinSet<u64> = (1..6).map(page).collect();
    let mut bytes = 0;
    while !pages.is_empty() {
        if let Some(page) = pages.try_join_next() {
            bytes += page.unwrap();
        }
    }
    println!("{bytes} bytes");
}
