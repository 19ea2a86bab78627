// A listener and two visitors: what does the system report of them?
//
// All are in one program and on one thread, so that a trace has both sides. Both visitors connect
// before `main` is polled again. The first says five bytes and hangs up later, the second does both
// in one breath. See `docs/book/src/sockets.md`.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn slow_visitor(address: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(address).await?;
    sleep(Duration::from_millis(20)).await;
    socket.write_all(b"hello").await?;
    sleep(Duration::from_millis(20)).await;
    Ok(()) // here the socket is dropped, which hangs up
}

async fn quick_visitor(address: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(address).await?;
    sleep(Duration::from_millis(80)).await;
    socket.write_all(b"salut").await
}

/// Reads until the visitor has hung up.
async fn listen_to(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        println!("read {n} bytes of 1024: {:?}", String::from_utf8_lossy(&buffer[..n]));
        if n == 0 {
            return Ok(());
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(slow_visitor(address));
    kettle::spawn(quick_visitor(address));

    let (slow, _) = listener.accept().await?;
    println!("one is accepted");
    let (quick, _) = listener.accept().await?;
    println!("the other is accepted");
    listen_to(slow).await?;
    listen_to(quick).await
}
