//! A little command server. A visitor says a few commands and hangs up.
//! doctor: `busy_loop`

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

async fn session(mut socket: TcpStream) -> std::io::Result<u32> {
    let mut commands = 0;
    let mut line = Vec::new();
    let mut chunk = [0; 128];
    loop {
        let n = socket.read(&mut chunk).await?;
        for byte in &chunk[..n] {
            if *byte == b'\n' {
                commands += 1;
                println!("command: {}", String::from_utf8_lossy(&line));
                if line == b"quit" {
                    return Ok(commands);
                }
                line.clear();
            } else {
                line.push(*byte);
            }
        }
    }
}

async fn visitor(at: std::net::SocketAddr) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(at).await?;
    for command in ["hello\n", "status\n", "unfinis"] {
        stream.write_all(command.as_bytes()).await?;
        sleep(Duration::from_millis(30)).await;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let guest = kettle::spawn(visitor(listener.local_addr()?));
    let (socket, _) = listener.accept().await?;
    match timeout(Duration::from_secs(4), session(socket)).await {
        Ok(commands) => println!("{} commands", commands?),
        Err(_) => println!("the visitor took too long"),
    }
    guest.await.unwrap()
}
