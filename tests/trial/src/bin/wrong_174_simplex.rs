//! A report is written into a pipe in memory by one function, and is packed by another one, which reads to the end.
//!
//! Wrong: `write_report` borrows the writing half. It stays with `main` until the end of `main`, so the reader's end never comes.
//!
//! Expected: `deadlock`: `main` waits for the task, and that for bytes of a pipe, whose other end is there. The cure: move the half
//! into the function or drop it (or `shutdown()`).
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, ReadHalf, SimplexStream, WriteHalf};

async fn write_report(to: &mut WriteHalf<SimplexStream>) -> io::Result<()> {
    for day in 1..=31 {
        to.write_all(format!("day {day}: nothing\n").as_bytes()).await?;
    }
    Ok(())
}

async fn pack(mut from: ReadHalf<SimplexStream>) -> io::Result<usize> {
    let mut text = String::new();
    from.read_to_string(&mut text).await?;
    Ok(text.len() / 3)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (from, mut to) = io::simplex(64);
    let packed = kettle::spawn(pack(from));
    write_report(&mut to).await?;
    println!("packed into {} bytes", packed.await??);
    Ok(())
}
