//! Sends a text through `tr` and reads what comes back.

use std::process::Stdio;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;
use kettle::time::timeout;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let began = Instant::now();
    let mut child = Command::new("tr")
        .args(["a-z", "A-Z"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut to = child.stdin.take().unwrap();
    let mut from = child.stdout.take().unwrap();

    to.write_all(b"hear, hear!\n").await?;
    to.flush().await?;

    let mut heard = String::new();
    match timeout(Duration::from_millis(400), from.read_to_string(&mut heard)).await {
        Ok(read) => println!("{} bytes: {heard}", read?),
        Err(_) => println!("heard {heard:?}, given up after {:?}", began.elapsed()),
    }
    child.kill().await?;
    to.shutdown().await?;
    Ok(())
}
