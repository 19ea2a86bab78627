//! A proxy before an echo server. A visitor says something, is silent for more than two seconds, and goes on. Then the
//! proxy is told to stop, and waits for its connections.
//!
//! Right: an idle connection is nothing bad, nor are two tasks for each.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, copy, copy_bidirectional};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::watch;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn echo(listener: TcpListener) -> std::io::Result<()> {
    let (visitor, _) = listener.accept().await?;
    let (mut from, mut to) = visitor.into_split();
    copy(&mut from, &mut to).await?;
    to.shutdown().await
}

async fn proxy(
    listener: TcpListener,
    upstream: SocketAddr,
    mut stop: watch::Receiver<()>,
) -> usize {
    let mut connections = JoinSet::new();
    let mut served = 0;
    loop {
        kettle::select! {
            Ok((mut visitor, _)) = listener.accept() => {
                served += 1;
                connections.spawn(async move {
                    let mut server = TcpStream::connect(upstream).await?;
                    copy_bidirectional(&mut visitor, &mut server).await
                });
            }
            _ = stop.changed() => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    served
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let door = TcpListener::bind("127.0.0.1:0").await?;
    let (upstream, address) = (server.local_addr()?, door.local_addr()?);
    let (stop, stopped) = watch::channel(());
    let server = kettle::spawn(echo(server));
    let proxy = kettle::spawn(proxy(door, upstream, stopped));

    let mut visit = TcpStream::connect(address).await?;
    visit.write_all(b"tea, ").await?;
    sleep(Duration::from_millis(2300)).await;
    stop.send(()).expect("the proxy");
    visit.write_all(b"please").await?;
    visit.shutdown().await?;
    let mut answer = String::new();
    visit.read_to_string(&mut answer).await?;
    println!("{answer}; {} served", proxy.await.expect("the proxy"));
    server.await.expect("the server")
}
