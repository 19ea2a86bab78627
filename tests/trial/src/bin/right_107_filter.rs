//! Text is sorted by another program, which takes two and a half seconds: it is written to its standard input, and its
//! output is read to the end.
//!
//! Right: the input is closed before the output is read.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Stdio;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::process::Command;

async fn filter(program: &str, text: &str) -> std::io::Result<String> {
    let mut child = Command::new("sh")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = child.stdout.take().expect("it is piped");
    input.write_all(text.as_bytes()).await?;
    drop(input);
    let mut filtered = String::new();
    output.read_to_string(&mut filtered).await?;
    child.wait().await?;
    Ok(filtered)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let sorted = kettle::spawn(filter("sleep 2.5; sort", "kettle\ncup\ntea\n"));
    print!("{}", sorted.await??);
    Ok(())
}
