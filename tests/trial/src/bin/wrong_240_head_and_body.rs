//! A tiny protocol on a Unix socket: a line with the length, then so many bytes, then an answer.
//!
//! Wrong: the line is read through a `BufReader`, which has read more than that from the socket. `into_inner` throws this away, and the
//! bytes of the body are waited for.
//!
//! Expected: `deadlock`: each of the two tasks reads from a socket whose other end the other one has. The cure: read the body through the same
//! `BufReader` (or what is in its `buffer()` first). No event tells what was thrown away.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::UnixStream;

async fn serve(line: UnixStream) -> io::Result<()> {
    let mut reader = BufReader::new(line);
    let mut head = String::new();
    reader.read_line(&mut head).await?;
    let mut line = reader.into_inner();
    let mut body = vec![0; head.trim().parse().unwrap_or(0)];
    line.read_exact(&mut body).await?;
    line.write_all(b"stored").await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut line, peer) = UnixStream::pair()?;
    let server = kettle::spawn(serve(peer));
    line.write_all(b"11\nhello world").await?;
    let mut answer = [0; 6];
    line.read_exact(&mut answer).await?;
    println!("{}", String::from_utf8_lossy(&answer));
    server.await.unwrap()
}
