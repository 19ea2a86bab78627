//! A pipe of the system between two parts of a compressor: one writes blocks, the other one reads to the end.
//!
//! Wrong: `compress` borrows the writing end, and it stays with `main`, which waits for the reader. A pipe ends when its last writer is
//! closed.
//!
//! Expected: `deadlock`: task 1 reads from a pipe whose writing end is in this program, and `main` waits for task 1. The cure: drop the
//! sender before the task is awaited.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::unix::pipe::{self, Receiver, Sender};

async fn compress(out: &mut Sender) -> io::Result<()> {
    for block in 0..5_u8 {
        out.write_all(&[block; 100]).await?;
    }
    Ok(())
}

async fn store(mut input: Receiver) -> io::Result<usize> {
    let mut all = Vec::new();
    input.read_to_end(&mut all).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut out, input) = pipe::pipe()?;
    let stored = kettle::spawn(store(input));
    compress(&mut out).await?;
    println!("{} bytes", stored.await.unwrap()?);
    Ok(())
}
