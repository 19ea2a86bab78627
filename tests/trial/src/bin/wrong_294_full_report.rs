//! A child's output goes into a pipe that is read only when the child has ended; it writes more than a pipe holds.
//!
//! doctor: `can't be told`
//! ends: killed

use std::process::Stdio;

use kettle::io::AsyncReadExt;
use kettle::process::Command;

async fn report(lines: u32) -> String {
    let mut child = Command::new("seq")
        .arg(lines.to_string())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let status = child.wait().await.unwrap();
    assert!(status.success());
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).await.unwrap();
    text
}

#[kettle::main]
async fn main() {
    println!("{} bytes", report(10).await.len());
    println!("{} bytes", report(100_000).await.len());
}
