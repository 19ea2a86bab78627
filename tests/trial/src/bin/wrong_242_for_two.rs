//! A game server for two players, and its test, which plays with one.
//!
//! Wrong: the server greets nobody before the second player is there. The test's only player waits for the greeting.
//!
//! Expected: `deadlock`, as a warning (unless a visitor comes): task 1 waits at its listener, `main` at a socket whose other end is in this
//! program. The cure: greet each player at once (or connect a second one).
//!
//! doctor: `deadlock`
//! ends: killed

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
    kettle::spawn(server(listener));
    let mut player = TcpStream::connect(place).await?;
    let mut colour = [0; 5];
    player.read_exact(&mut colour).await?;
    println!("{}", String::from_utf8_lossy(&colour));
    Ok(())
}
