// A help desk over TCP: a visitor sends a line and gets an answer.
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn answer(visitor: TcpStream) -> std::io::Result<()> {
    let mut visitor = BufReader::new(visitor);
    let mut line = String::new();
    visitor.read_line(&mut line).await?;
    visitor.write_all(format!("about {line}").as_bytes()).await
}

async fn desk(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (visitor, _) = listener.accept().await?;
        answer(visitor).await?;
    }
}

async fn slow(desk: SocketAddr) -> std::io::Result<()> {
    let mut desk = TcpStream::connect(desk).await?;
    desk.write_all(b"my prin").await?;
    sleep(Duration::from_millis(250)).await; // types slowly
    desk.write_all(b"ter\n").await?;
    let mut said = String::new();
    desk.read_to_string(&mut said).await?;
    Ok(())
}

async fn quick(desk: SocketAddr) -> std::io::Result<()> {
    sleep(Duration::from_millis(20)).await;
    let began = Instant::now();
    let mut desk = TcpStream::connect(desk).await?;
    desk.write_all(b"a password\n").await?;
    let mut said = String::new();
    desk.read_to_string(&mut said).await?;
    println!("quick: {said:?} after {:?}", began.elapsed());
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let desk = kettle::spawn(desk(listener));
    let slow = kettle::spawn(slow(address));
    let quick = kettle::spawn(quick(address));
    let _ = kettle::join!(slow, quick);
    desk.abort();
    Ok(())
}
