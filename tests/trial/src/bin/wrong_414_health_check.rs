//! A service, and a health check of it that uses std's sockets.
//! doctor: `blocking_poll`

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::time::{Duration, interval};

async fn serve(listener: TcpListener) {
    loop {
        let (mut socket, _) = listener.accept().await.unwrap();
        kettle::spawn(async move {
            let mut question = [0; 64];
            let n = socket.read(&mut question).await.unwrap();
            let answer = if question[..n].starts_with(b"HEALTH") { "OK\n" } else { "WHAT?\n" };
            socket.write_all(answer.as_bytes()).await.unwrap();
        });
    }
}

async fn healthy(at: SocketAddr) -> bool {
    let mut stream = std::net::TcpStream::connect(at).unwrap();
    stream.write_all(b"HEALTH\n").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    answer.trim() == "OK"
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    kettle::spawn(serve(listener));
    let mut rounds = interval(Duration::from_millis(200));
    for _ in 0..3 {
        rounds.tick().await;
        println!("healthy: {}", healthy(at).await);
    }
}
