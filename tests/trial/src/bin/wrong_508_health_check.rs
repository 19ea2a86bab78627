//! A small server which asks itself now and then whether it still answers.
//! doctor: `blocking_poll`

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{interval, sleep};

async fn answer(mut visitor: TcpStream) -> std::io::Result<()> {
    let mut word = [0; 64];
    let n = visitor.read(&mut word).await?;
    let reply = if &word[..n] == b"ping" { "pong" } else { "what?" };
    visitor.write_all(reply.as_bytes()).await
}

async fn healthy(server: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut line = std::net::TcpStream::connect(server)?;
        line.write_all(b"ping")?;
        let mut reply = String::new();
        line.read_to_string(&mut reply)?;
        Ok(reply)
    };
    ask().is_ok_and(|reply| reply == "pong")
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let server = listener.local_addr()?;
    kettle::spawn(async move {
        while let Ok((visitor, _)) = listener.accept().await {
            kettle::spawn(answer(visitor));
        }
    });
    let checks = kettle::spawn(async move {
        for round in 1..=3 {
            sleep(Duration::from_millis(100)).await;
            println!("check {round}: healthy = {}", healthy(server).await);
        }
    });
    let mut minutes = interval(Duration::from_millis(250));
    while !checks.is_finished() {
        minutes.tick().await;
        println!("open");
    }
    Ok(())
}
