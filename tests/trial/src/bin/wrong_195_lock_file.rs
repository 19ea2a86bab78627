//! Two tasks of a package manager write the same index, and guard it by a lock on a file, as two processes would.
//!
//! Wrong: std's `File::lock` blocks the thread until the file is free, and the task that has it waits for a timer of that thread.
//!
//! Expected: `blocking_poll`, a poll that never ends: the thread sleeps in line 29, in the system. The cure: `try_lock` and a
//! pause, or the lock in a blocking job; between tasks a lock of `kettle::sync`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kettle::time::sleep;

fn index() -> PathBuf {
    std::env::temp_dir().join(format!("kettle-trial-195-{}.index", std::process::id()))
}

async fn download(package: &str) -> String {
    sleep(Duration::from_millis(60)).await;
    format!("{package} 1.0\n")
}

async fn install(package: &'static str, index: &Path) -> std::io::Result<()> {
    let mut file = File::options().append(true).create(true).open(index)?;
    file.lock()?;
    let entry = download(package).await;
    file.write_all(entry.as_bytes())?;
    file.unlock()
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let first = kettle::spawn(async { install("tea", &index()).await });
    let second = kettle::spawn(async { install("milk", &index()).await });
    first.await.expect("no panic")?;
    second.await.expect("no panic")?;
    std::fs::remove_file(index())
}
