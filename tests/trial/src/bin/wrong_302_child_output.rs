//! What a tool prints is gathered while its end is waited for.
//!
//! Wrong: the tool closes its output long before it ends, and from then on each read has 0 bytes at once.
//!
//! Expected: `busy_loop` of `main` in its loop. The cure: read no more after a read of 0 bytes.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::io;
use std::process::Stdio;

use kettle::io::AsyncReadExt;
use kettle::process::Command;

#[kettle::main]
async fn main() -> io::Result<()> {
    let mut child = Command::new("sh")
        .args(["-c", "echo a line; exec >&-; sleep 3"])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = child.stdout.take().expect("it is piped");
    let (mut text, mut part) = (Vec::new(), [0; 64]);
    let status = loop {
        kettle::select! {
            read = output.read(&mut part) => text.extend_from_slice(&part[..read?]),
            status = child.wait() => break status?,
        }
    };
    println!("{status}: {}", String::from_utf8_lossy(&text).trim());
    Ok(())
}
