//! A reader for an old format isn't async. It has a thread of its own and sends rows with `blocking_send`; `main` stores each
//! row slowly.
//!
//! Right: the thread waits for room most of the time, and in the end computes a checksum for two seconds while `main` waits
//! for it in `spawn_blocking`. By then `main` has all rows.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::hash::{DefaultHasher, Hash, Hasher};
use std::thread;
use std::time::{Duration, Instant};

use kettle::sync::mpsc::{self, Sender};
use kettle::task::spawn_blocking;
use kettle::time::sleep;

fn read(text: &str, rows: Sender<String>) -> u64 {
    for line in text.lines() {
        if rows.blocking_send(line.to_owned()).is_err() {
            return 0;
        }
    }
    drop(rows);
    let mut hasher = DefaultHasher::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(2) {
        text.hash(&mut hasher);
        thread::sleep(Duration::from_millis(400)); // the disk
    }
    hasher.finish()
}

#[kettle::main]
async fn main() {
    let text = "assam;3\nceylon;4\nassam;5\n".repeat(20);
    let (send, mut rows) = mpsc::channel(2);
    let reader = thread::spawn(move || read(&text, send));
    let mut stored = 0;
    while let Some(row) = rows.recv().await {
        sleep(Duration::from_millis(10)).await; // the database
        stored += row.len();
    }
    let checksum = spawn_blocking(move || reader.join()).await.unwrap().unwrap();
    println!("{stored} bytes are stored, {}", if checksum == 0 { "badly" } else { "well" });
}
