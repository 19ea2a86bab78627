//! A tool checks four files with another program, two at a time. Each check takes more than a second.
//!
//! Right: for long, every task waits for the end of a program or for a permit, and no timer is set. The programs end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io;
use std::sync::Arc;

use kettle::process::Command;
use kettle::sync::Semaphore;
use kettle::task::JoinSet;

async fn check(file: String, at_once: Arc<Semaphore>) -> io::Result<String> {
    let _permit = at_once.acquire_owned().await.map_err(io::Error::other)?;
    let words = format!("sleep 1.3; echo {file} is good");
    let output = Command::new("sh").arg("-c").arg(words).output().await?;
    if !output.status.success() {
        return Err(io::Error::other(format!("{file}: {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let at_once = Arc::new(Semaphore::new(2));
    let mut checks = JoinSet::new();
    for name in ["tea", "cup", "kettle", "stove"] {
        checks.spawn(check(format!("{name}.rs"), at_once.clone()));
    }
    while let Some(checked) = checks.join_next().await {
        println!("{}", checked??);
    }
    Ok(())
}
