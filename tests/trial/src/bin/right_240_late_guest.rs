//! A game server for two players: it greets them when both are there. One is a task of the program, the other one a thread, which comes two
//! seconds later.
//!
//! Right: the second player comes. Until then the server waits at its listener, and the first player at a socket whose other end is in this
//! program.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::Read;
use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn server(listener: TcpListener) -> io::Result<()> {
    let (mut first, _) = listener.accept().await?;
    let (mut second, _) = listener.accept().await?;
    first.write_all(b"white").await?;
    second.write_all(b"black").await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let place = listener.local_addr()?;
    let server = kettle::spawn(server(listener));
    let guest = thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        let mut colour = String::new();
        std::net::TcpStream::connect(place).unwrap().read_to_string(&mut colour).unwrap();
        colour
    });
    let mut player = TcpStream::connect(place).await?;
    let mut colour = [0; 5];
    player.read_exact(&mut colour).await?;
    println!("{}", String::from_utf8_lossy(&colour));
    server.await.unwrap()?;
    println!("{}", guest.join().unwrap());
    Ok(())
}
