//! A command-line tool mirrors three pages and counts the time in a task of its own; then the runtime is shut down.
//!
//! Right: the tasks are spawned before any `block_on`, as is allowed; their handles are awaited in it. The ticking task has no end, and is meant
//! to end with the runtime.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use kettle::runtime::Builder;
use kettle::time::{interval, sleep};

static TICKS: AtomicU32 = AtomicU32::new(0);

async fn mirror(page: &'static str) -> usize {
    sleep(Duration::from_millis(20 * page.len() as u64)).await; // the download
    println!("{page} is mirrored");
    page.len()
}

async fn show_progress() {
    let mut tick = interval(Duration::from_millis(30));
    loop {
        tick.tick().await;
        TICKS.fetch_add(1, Ordering::Relaxed);
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.spawn(show_progress());
    let pages = ["index", "contents", "imprint"].map(|page| runtime.spawn(mirror(page)));
    let sizes = runtime.block_on(join_all(pages));
    let bytes: usize = sizes.into_iter().map(Result::unwrap).sum();
    runtime.shutdown_timeout(Duration::from_secs(1));
    println!("{bytes} bytes, {} ticks", TICKS.load(Ordering::Relaxed));
}
