//! A list is sorted by another program, which sleeps for a while before it answers; another child prints nothing and is ended.
//!
//! Right: `stdin` is dropped before the end is awaited, and the second child is killed.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Stdio;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;
use kettle::time::timeout;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut sort = Command::new("sh");
    sort.args(["-c", "sleep 1.3; sort"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = sort.kill_on_drop(true).spawn()?;
    let mut input = child.stdin.take().expect("it is piped");
    for word in ["tea", "milk", "sugar"] {
        input.write_all(format!("{word}\n").as_bytes()).await?;
    }
    drop(input);
    let mut sorted = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut sorted).await?;
    println!("{sorted}{}", child.wait().await?);

    let mut deaf = Command::new("sleep").arg("60").spawn()?;
    if timeout(Duration::from_millis(300), deaf.wait()).await.is_err() {
        deaf.kill().await?;
    }
    Ok(())
}
