//! A request over a pipe in memory, whose end is its end of stream: the client drops its writing half, and
//! reads the answer.
//!
//! The mistake: `io::split` only lends the stream to two halves. It is closed when both are gone, so the
//! server reads on.
//!
//! Expected: a deadlock: both wait for bytes. Cure: `shutdown().await` before the half is dropped.
//!
//! doctor: `deadlock`
//! ends: killed

use std::io;

use kettle::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex, split};

async fn serve(mut stream: DuplexStream) -> io::Result<()> {
    let mut request = String::new();
    stream.read_to_string(&mut request).await?;
    stream.write_all(request.to_uppercase().as_bytes()).await?;
    stream.shutdown().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (client, server) = duplex(64);
    let server = kettle::spawn(serve(server));
    let (mut read, mut write) = split(client);
    write.write_all(b"two cups, please").await?;
    drop(write);
    let mut answer = String::new();
    read.read_to_string(&mut answer).await?;
    println!("{answer}");
    server.await?
}
