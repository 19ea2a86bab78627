//! A list that is fetched when it is first asked for, in a `OnceCell`. The fetching takes a second and a half,
//! fails the first time, and twelve tasks wait for it.
//!
//! Suspicious: one task keeps the cell across a timer, and others wait for it. Right: it is fetched once.
//!
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::task::JoinSet;
use kettle::time::sleep;

static TRIES: AtomicU32 = AtomicU32::new(0);

async fn fetch() -> Result<Vec<u32>, &'static str> {
    sleep(Duration::from_millis(750)).await;
    if TRIES.fetch_add(1, Ordering::Relaxed) == 0 {
        Err("no connection")
    } else {
        Ok(vec![1, 2, 3])
    }
}

#[kettle::main]
async fn main() {
    let list = Arc::new(OnceCell::new());
    let mut tasks = JoinSet::new();
    for _task in 0..12 {
        let list = list.clone();
        tasks.spawn(async move { list.get_or_try_init(fetch).await.map(Vec::len) });
    }
    let lengths = tasks.join_all().await;
    println!("{} of {}", lengths.iter().filter(|length| length.is_ok()).count(), lengths.len());
}
