//! A proxy between a client and an echo server. The client is silent for a while.
//! doctor: silence

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn echo(listener: TcpListener) -> std::io::Result<u64> {
    let (mut socket, _) = listener.accept().await?;
    let (mut read, mut write) = socket.split();
    copy(&mut read, &mut write).await
}

async fn proxy(listener: TcpListener, to: SocketAddr) -> std::io::Result<(u64, u64)> {
    let (mut client, _) = listener.accept().await?;
    let mut server = TcpStream::connect(to).await?;
    copy_bidirectional(&mut client, &mut server).await
}

async fn client(at: SocketAddr) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect(at).await?;
    let mut echoed = [0; 16];
    for word in ["hello", "are you there?"] {
        stream.write_all(word.as_bytes()).await?;
        stream.read_exact(&mut echoed[..word.len()]).await?;
        println!("{}", String::from_utf8_lossy(&echoed[..word.len()]));
        sleep(Duration::from_millis(1700)).await; // thinks
    }
    stream.shutdown().await?;
    stream.read(&mut echoed).await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let inner = TcpListener::bind("127.0.0.1:0").await?;
    let outer = TcpListener::bind("127.0.0.1:0").await?;
    let (to, at) = (inner.local_addr()?, outer.local_addr()?);
    let echo = kettle::spawn(echo(inner));
    let proxy = kettle::spawn(proxy(outer, to));
    assert_eq!(client(at).await?, 0);
    println!("{} bytes echoed, {:?} proxied", echo.await.unwrap()?, proxy.await.unwrap()?);
    Ok(())
}
