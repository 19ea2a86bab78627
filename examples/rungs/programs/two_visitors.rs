// A listener and two visitors: what does the system report of them?
//
// The visitors are one task, whose own sockets never have to wait. Both connect before `main` is
// polled again. The first says five bytes and hangs up later, the second does both in one breath.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream as Visitor};
use std::time::Duration;

#[allow(clippy::wildcard_imports)] // where the sockets have traits, these are there, too
use super::*;

const A_WHILE: Duration = Duration::from_millis(100);

async fn visit(address: SocketAddr) -> io::Result<()> {
    let (mut slow, mut quick) = (Visitor::connect(address)?, Visitor::connect(address)?);
    sleep(A_WHILE).await;
    slow.write_all(b"hello")?;
    sleep(A_WHILE).await;
    drop(slow);
    sleep(A_WHILE).await;
    quick.write_all(b"salut")
}

/// Reads until the visitor has hung up.
async fn listen_to(mut socket: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        println!("read {n} bytes: {:?}", String::from_utf8_lossy(&buffer[..n]));
        if n == 0 {
            return Ok(());
        }
    }
}

pub(crate) async fn main() {
    welcome().await.expect("all is on this machine");
}

async fn welcome() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    spawn(async move { visit(address).await.expect("the listener is there") });

    let (slow, _) = listener.accept().await?;
    println!("one is accepted");
    let (quick, _) = listener.accept().await?;
    println!("the other is accepted");
    listen_to(slow).await?;
    listen_to(quick).await
}
