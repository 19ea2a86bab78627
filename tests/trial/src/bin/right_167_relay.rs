//! A relay between a client and a service over Unix sockets, all in one program. The service is slow.
//!
//! Right: for two seconds the client and the relay read, and the service waits for a thread that thinks. All sockets are connected
//! to each other within the program.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use kettle::net::UnixStream;
use kettle::sync::oneshot;

async fn service(mut socket: UnixStream) -> io::Result<()> {
    let mut request = String::new();
    socket.read_to_string(&mut request).await?;
    let (answer, answered) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        let _ = answer.send(request.to_uppercase());
    });
    let answer = answered.await.unwrap_or_default();
    socket.write_all(answer.as_bytes()).await?;
    socket.shutdown().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut client, mut outside) = UnixStream::pair()?;
    let (mut inside, served) = UnixStream::pair()?;
    let passed = kettle::spawn(async move { copy_bidirectional(&mut outside, &mut inside).await });
    kettle::spawn(service(served));
    client.write_all(b"what is the time?").await?;
    client.shutdown().await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    println!("{answer}, {:?} bytes", passed.await??);
    Ok(())
}
