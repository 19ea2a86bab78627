//! A command line tool that answers from the cache at once, and warms the cache for later in detached
//! tasks. When the answer is printed the tool ends, and what was not warmed yet need not be.
//!
//! Suspicious: tasks that have an end are dropped half-way when `main` returns. The program says that it
//! means it: it calls `shutdown_background`.
//!
//! doctor: silence

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::Mutex;
use kettle::time::sleep;

type Cache = Arc<Mutex<Vec<u64>>>;

async fn prefetch(page: u64, cache: Cache) {
    sleep(Duration::from_millis(5)).await; // looks up the name
    sleep(Duration::from_millis(20 * page)).await; // fetches the page
    cache.lock().await.push(page);
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let cache = Cache::default();
    let known = runtime.block_on(async {
        for page in 1..=20 {
            drop(kettle::spawn(prefetch(page, cache.clone())));
        }
        sleep(Duration::from_millis(150)).await; // the answer itself
        cache.lock().await.len()
    });
    runtime.shutdown_background();
    println!("42 (and {} pages for later)", known.min(1));
    Ok(())
}
