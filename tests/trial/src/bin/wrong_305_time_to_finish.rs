//! A command-line tool mirrors three pages. It gives the runtime two seconds to finish, and ends.
//!
//! Wrong: `shutdown_timeout` waits for blocking jobs only. The tasks were never polled, since no `block_on` has driven the runtime.
//!
//! Expected: `unpolled` of the tasks spawned in `main`. The cure: keep the handles and await them in `block_on`, before the shutdown.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::time::sleep;

static MIRRORED: AtomicU32 = AtomicU32::new(0);

async fn mirror(page: &'static str) {
    sleep(Duration::from_millis(50)).await; // the download
    MIRRORED.fetch_add(1, Ordering::Relaxed);
    println!("{page} is mirrored");
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for page in ["index", "contents", "imprint"] {
        runtime.spawn(mirror(page));
    }
    runtime.shutdown_timeout(Duration::from_secs(2)); // time enough to finish
    println!("{} pages of 3", MIRRORED.load(Ordering::Relaxed));
}
