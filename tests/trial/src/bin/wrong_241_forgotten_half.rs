//! A form is sent to a printer over a Unix socket, as two halves: one writes, the other one waits for the printer's word.
//!
//! Wrong: "I don't need the writing half any more", says the author, and calls `forget`, which is the way to drop it *without* the end
//! that the printer waits for.
//!
//! Expected: `deadlock`: `main` and task 1 read, each from the other one's socket. The cure: drop the half (or `shutdown`), in place of `forget`.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;

async fn printer(mut line: UnixStream) -> io::Result<()> {
    let mut form = String::new();
    line.read_to_string(&mut form).await?;
    line.write_all(format!("printed {} lines", form.lines().count()).as_bytes()).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (line, peer) = UnixStream::pair()?;
    let printer = kettle::spawn(printer(peer));
    let (mut word, mut form) = line.into_split();
    form.write_all(b"name\nstreet\ntown\n").await?;
    form.forget();
    let mut answer = String::new();
    word.read_to_string(&mut answer).await?;
    println!("{answer}");
    printer.await.unwrap()
}
