//! Right: a client knocks at a port that opens late, each time a little later, and gives up after ten tries.
//!
//! doctor: silence

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn knock(address: SocketAddr) -> io::Result<TcpStream> {
    let mut pause = Duration::from_millis(10);
    for _ in 0..10 {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => println!("{error}: again in {pause:?}"),
        }
        sleep(pause).await;
        pause *= 2;
    }
    Err(io::ErrorKind::TimedOut.into())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let free = TcpListener::bind("127.0.0.1:0").await?;
    let address = free.local_addr()?;
    drop(free);
    let server = kettle::spawn(async move {
        sleep(Duration::from_millis(900)).await;
        let listener = TcpListener::bind(address).await?;
        let (mut stream, _) = listener.accept().await?;
        stream.write_all(b"come in").await?;
        stream.shutdown().await
    });
    let mut words = String::new();
    knock(address).await?.read_to_string(&mut words).await?;
    println!("{words}");
    server.await?
}
