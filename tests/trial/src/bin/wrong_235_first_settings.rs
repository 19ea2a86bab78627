//! A program's settings are read at their first use, in a `OnceLock` of std's. One of them depends on another one.
//!
//! Wrong: the initialiser asks `settings()` for the other one. The lock is being initialised, by this very thread, which waits for itself.
//!
//! Expected: `blocking_poll`, a poll of task 2 that never ends, in `settings`. The cure: read what is needed without the lock (or a lock of its
//! own for each setting).
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::OnceLock;
use std::time::Duration;

use kettle::time::sleep;

#[derive(Clone)]
struct Settings {
    home: String,
    cache: String,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

fn settings() -> &'static Settings {
    SETTINGS.get_or_init(|| Settings { home: "/home/me".to_owned(), cache: cache_folder() })
}

fn cache_folder() -> String {
    std::env::var("KETTLE_TRIAL_CACHE").unwrap_or_else(|_| format!("{}/cache", settings().home))
}

async fn clock() {
    loop {
        sleep(Duration::from_millis(100)).await;
    }
}

async fn download() -> String {
    sleep(Duration::from_millis(30)).await;
    format!("stored in {}", settings().cache)
}

#[kettle::main]
async fn main() {
    kettle::spawn(clock());
    println!("{}", kettle::spawn(download()).await.unwrap());
}
