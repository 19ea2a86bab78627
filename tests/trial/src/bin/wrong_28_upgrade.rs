//! A cache behind an `RwLock`: look it up with `read`, and insert with `write` if it isn't there.
//!
//! The mistake: the read guard is a temporary of the `match`, and lives until its end: the task waits to
//! write until it has stopped reading. Another task goes on.
//!
//! Expected: a deadlock of a task with itself. Cure: drop the read guard before `write` (bind the answer
//! with a `let` first).
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::RwLock;
use kettle::time::sleep;

type Cache = RwLock<HashMap<u32, String>>;

#[expect(clippy::single_match_else, reason = "an `if let` would drop the guard before its `else`")]
async fn page(cache: &Cache, number: u32) -> String {
    match cache.read().await.get(&number) {
        Some(page) => page.clone(),
        None => {
            let page = format!("page {number}");
            cache.write().await.insert(number, page.clone());
            page
        }
    }
}

#[kettle::main]
async fn main() {
    let cache = Arc::new(Cache::default());
    cache.write().await.insert(1, "the first page".to_owned());
    let ping = kettle::spawn(async {
        loop {
            sleep(Duration::from_millis(50)).await;
        }
    });
    for number in [1, 2] {
        let cache = cache.clone();
        let shown = kettle::spawn(async move { println!("{}", page(&cache, number).await) });
        shown.await.expect("it doesn't panic");
    }
    ping.abort();
}
