//! A shell's input is looked at with `fill_buf`: as soon as there is a whole line it is carried out.
//!
//! Wrong: if there is no end of line in the buffer the loop asks `fill_buf` again. But that reads only when the buffer is empty: nothing
//! was consumed, so it returns the same half line at once, again and again.
//!
//! Expected: `never_yields`, in a poll that goes on (`main`'s timer falls due), or `busy_loop`. The cure: `read_until` or `read_line`, which
//! consume what they have seen.
//!
//! doctor: `never_yields` | `busy_loop`
//! ends: killed

use std::time::Duration;

use kettle::io::{self, AsyncBufRead, AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::UnixStream;
use kettle::time::sleep;

async fn next_line(input: &mut (impl AsyncBufRead + Unpin)) -> io::Result<String> {
    loop {
        let buffer = input.fill_buf().await?;
        if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&buffer[..end]).into_owned();
            input.consume(end + 1);
            return Ok(line);
        }
        if buffer.is_empty() {
            return Ok(String::new());
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (near, mut far) = UnixStream::pair()?;
    let shell = kettle::spawn(async move {
        let mut input = BufReader::new(near);
        for _ in 0..2 {
            println!("> {}", next_line(&mut input).await?);
        }
        io::Result::Ok(())
    });
    for part in ["list\nprint al", "l\n"] {
        far.write_all(part.as_bytes()).await?;
        sleep(Duration::from_millis(200)).await;
    }
    shell.await.unwrap()
}
