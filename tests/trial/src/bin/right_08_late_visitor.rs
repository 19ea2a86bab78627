//! A server that waits three seconds for its first visitor, a thread with a blocking socket. Beside it
//! a task waits for a lock that the server holds until then.
//!
//! Suspicious: nothing happens for seconds, a guard is kept across `accept`, one waits for the lock.
//! Right: the lock says "not ready yet", and no request is held up.
//!
//! doctor: silence

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::sync::Notify;

fn visit(address: SocketAddr) -> io::Result<String> {
    thread::sleep(Duration::from_secs(3));
    let mut socket = std::net::TcpStream::connect(address)?;
    socket.write_all(b"hello\n")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let visitor = thread::spawn(move || visit(address));
    let opened = Arc::new(Notify::new());
    let after = opened.clone();
    let bell = kettle::spawn(async move {
        after.notified().await;
        println!("somebody has come");
    });
    let (mut socket, _) = listener.accept().await?;
    opened.notify_waiters();
    let mut words = [0; 6];
    socket.read_exact(&mut words).await?;
    socket.write_all(&words).await?;
    drop(socket);
    bell.await?;
    println!("{:?}", visitor.join().expect("the visitor doesn't panic")?);
    Ok(())
}
