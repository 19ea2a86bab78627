//! A small protocol over a Unix socket: one side greets, the other one answers with its version.
//!
//! Wrong: each side is written as if the other one spoke first. Both wait for a line.
//!
//! Expected: `deadlock`: the two sockets are connected to each other, and both tasks read. The cure: one of the two writes first
//! (what exactly, no doctor can know).
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::UnixStream;

async fn server(socket: UnixStream) -> io::Result<String> {
    let mut socket = BufReader::new(socket);
    let mut hello = String::new();
    socket.read_line(&mut hello).await?;
    socket.write_all(b"server 3.1\n").await?;
    Ok(hello)
}

async fn client(socket: UnixStream) -> io::Result<String> {
    let mut socket = BufReader::new(socket);
    let mut version = String::new();
    socket.read_line(&mut version).await?;
    socket.write_all(format!("hello, {version}").as_bytes()).await?;
    Ok(version)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (one, other) = UnixStream::pair()?;
    let served = kettle::spawn(server(one));
    println!("the server is {:?}", client(other).await?);
    println!("the client said {:?}", served.await??);
    Ok(())
}
