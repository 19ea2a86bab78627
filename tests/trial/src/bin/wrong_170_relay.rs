//! A relay between a client and a service over Unix sockets, all in one program, as in a test.
//!
//! Wrong: the service reads its request to the end before it answers. The client sends the request and reads the answer, and does
//! not shut its direction down, so the end never comes, and the relay has nothing to pass on.
//!
//! Expected: `deadlock`: all sockets are connected to each other within the program; `main` reads, and so do the service and the
//! relay. The cure: `shutdown()` after the request (or a request that tells its length).
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use kettle::net::UnixStream;

async fn service(mut socket: UnixStream) -> io::Result<()> {
    let mut request = String::new();
    socket.read_to_string(&mut request).await?;
    socket.write_all(request.to_uppercase().as_bytes()).await?;
    socket.shutdown().await
}

async fn relay(mut client: UnixStream, mut service: UnixStream) -> io::Result<(u64, u64)> {
    copy_bidirectional(&mut client, &mut service).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut client, outside) = UnixStream::pair()?;
    let (inside, served) = UnixStream::pair()?;
    let passed = kettle::spawn(relay(outside, inside));
    kettle::spawn(service(served));
    client.write_all(b"what is the time?").await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    println!("{answer}, {:?} bytes", passed.await??);
    Ok(())
}
