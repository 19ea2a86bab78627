//! A chat server that gives a message its tick when the archive has it. The archive is another
//! server, and all sessions share one connection to it.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn archive(listener: TcpListener) -> std::io::Result<()> {
    let (mut relay, _) = listener.accept().await?;
    let mut message = [0; 128];
    while relay.read(&mut message).await? > 0 {
        sleep(Duration::from_millis(700)).await; // to the disk
        relay.write_all(b"kept").await?;
    }
    Ok(())
}

async fn session(mut visitor: TcpStream, archive: Arc<Mutex<TcpStream>>) -> std::io::Result<()> {
    let mut message = [0; 128];
    let n = visitor.read(&mut message).await?;
    let mut archive = archive.lock().await;
    archive.write_all(&message[..n]).await?;
    archive.read_exact(&mut [0; 4]).await?;
    visitor.write_all(b"tick").await
}

async fn relay(listener: TcpListener, archive: SocketAddr) -> std::io::Result<()> {
    let archive = Arc::new(Mutex::new(TcpStream::connect(archive).await?));
    loop {
        let (visitor, _) = listener.accept().await?;
        kettle::spawn(session(visitor, archive.clone()));
    }
}

async fn say(words: &'static str, after: u64, server: SocketAddr) -> std::io::Result<Duration> {
    sleep(Duration::from_millis(after)).await;
    let mut server = TcpStream::connect(server).await?;
    let said = Instant::now();
    server.write_all(words.as_bytes()).await?;
    server.read_exact(&mut [0; 4]).await?;
    Ok(said.elapsed())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let disk = TcpListener::bind("127.0.0.1:0").await?;
    let door = TcpListener::bind("127.0.0.1:0").await?;
    let (disk_address, door_address) = (disk.local_addr()?, door.local_addr()?);
    kettle::spawn(archive(disk));
    kettle::spawn(relay(door, disk_address));
    let ann = kettle::spawn(say("Good evening, everyone!", 0, door_address));
    let bob = kettle::spawn(say("hi", 200, door_address));
    let (ann, bob) = (ann.await.expect("ann")?, bob.await.expect("bob")?);
    println!("ann's tick took {ann:.1?}, bob's {bob:.1?}");
    Ok(())
}
