//! A file is written behind the caller's back: its guard, an owned one, goes into a task, and `main` locks the
//! file again, which makes it wait for the writing.
//!
//! Suspicious: main waits for a lock that main has taken. Right: another task has the guard.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, Notify};

#[kettle::main]
async fn main() {
    let file = Arc::new(Mutex::new(String::new()));
    let disk = Arc::new(Notify::new());
    for line in ["one", "two", "three"] {
        let mut open = file.clone().lock_owned().await;
        let ready = disk.clone();
        kettle::spawn(async move {
            ready.notified().await;
            open.push_str(line);
        });
        let ready = disk.clone();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1200));
            ready.notify_one();
        });
    }
    println!("{}", file.lock().await);
}
