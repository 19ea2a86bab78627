//! Right: a child is written to and read from at the same time, slowly, and ends when its input does.
//!
//! doctor: silence

use std::io;
use std::process::Stdio;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::process::Command;
use kettle::time::sleep;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let writer = kettle::spawn(async move {
        for number in 0..10 {
            sleep(Duration::from_millis(150)).await;
            input.write_all(format!("line {number}\n").as_bytes()).await?;
        }
        io::Result::Ok(())
    });
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
    }
    writer.await??;
    println!("{}", child.wait().await?);
    Ok(())
}
