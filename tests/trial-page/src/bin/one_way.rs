// A proxy in front of a price list. The old till says that it has asked all, and has its prices; the new one waits.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

/// Answers each line.
async fn answer(mut socket: TcpStream) -> io::Result<()> {
    let (read, mut write) = socket.split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let answer = format!("{line} costs {}\n", line.len() * 100);
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

async fn prices(listener: TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        kettle::spawn(answer(socket));
    }
}

/// Brings the questions to the list, and the answers back.
async fn forward(mut till: TcpStream, prices: SocketAddr) -> io::Result<()> {
    let mut list = TcpStream::connect(prices).await?;
    let (mut from_till, mut to_till) = till.split();
    let (mut from_list, mut to_list) = list.split();
    copy(&mut from_till, &mut to_list).await?;
    to_list.shutdown().await?;
    copy(&mut from_list, &mut to_till).await?;
    Ok(())
}

async fn proxy(listener: TcpListener, prices: SocketAddr) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        kettle::spawn(forward(socket, prices));
    }
}

/// Asks for a few prices, and returns the first.
async fn till(proxy: SocketAddr, goods: &str, is_old: bool) -> io::Result<String> {
    let mut socket = TcpStream::connect(proxy).await?;
    socket.write_all(goods.as_bytes()).await?;
    if is_old {
        socket.shutdown().await?;
    }
    let mut answer = vec![0; 32];
    let count = socket.read(&mut answer).await?;
    answer.truncate(count);
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let list = TcpListener::bind("127.0.0.1:0").await?;
    let front = TcpListener::bind("127.0.0.1:0").await?;
    let (list_at, front_at) = (list.local_addr()?, front.local_addr()?);
    kettle::spawn(prices(list));
    kettle::spawn(proxy(front, list_at));
    let old = kettle::spawn(till(front_at, "bread\nmilk\n", true));
    sleep(Duration::from_millis(50)).await;
    let new = kettle::spawn(till(front_at, "butter\n", false));
    print!("{}", old.await??);
    print!("{}", new.await??);
    Ok(())
}
