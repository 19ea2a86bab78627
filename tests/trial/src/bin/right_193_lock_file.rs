//! Two tasks of a package manager write the same index, and guard it by a lock on a file.
//!
//! Right: who doesn't get the lock pauses and tries again, so the thread is never blocked.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kettle::time::sleep;

fn index() -> PathBuf {
    std::env::temp_dir().join(format!("kettle-trial-193-{}.index", std::process::id()))
}

async fn install(package: &'static str, index: &Path) -> std::io::Result<u32> {
    let mut file = File::options().append(true).create(true).open(index)?;
    let mut tries = 1;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(2)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
        tries += 1;
    }
    sleep(Duration::from_millis(700)).await; // downloads, and has the file meanwhile
    writeln!(file, "{package} 1.0")?;
    file.unlock()?;
    Ok(tries)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let tasks = ["tea", "milk", "sugar"].map(|package| {
        kettle::spawn(async move { install(package, &index()).await })
    });
    for task in tasks {
        println!("{} tries", task.await.unwrap()?);
    }
    std::fs::remove_file(index())
}
