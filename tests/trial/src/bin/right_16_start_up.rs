//! A service that migrates its database before it serves anybody: it reads files, pauses between two steps
//! with std's sleep, and computes an index, all in `main`, before anything is spawned. After that it serves.
//!
//! Suspicious: `main` blocks the thread for 600 ms and computes for another 400 ms. Right: nobody waits.
//!
//! doctor: silence

use std::io;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

fn migrate() -> io::Result<u64> {
    let mut size = 0;
    for _ in 0..3 {
        size += std::fs::read(std::env::current_exe()?)?.len() as u64;
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(size)
}

fn index(size: u64) -> u64 {
    let begin = Instant::now();
    let mut state = size;
    while begin.elapsed() < Duration::from_millis(400) {
        state = (0..1000).fold(state, |state, step| state.rotate_left(5) ^ step);
    }
    state
}

#[kettle::main]
async fn main() -> io::Result<()> {
    println!("index {}", index(migrate()?) % 2);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        let mut words = [0; 5];
        socket.read_exact(&mut words).await?;
        socket.write_all(&words).await
    });
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(b"ready").await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    println!("{answer}");
    server.await?
}
