//! Four visitors connect before anyone accepts, and have written their names by then; they are served a second and a half later.
//!
//! Right: the system keeps the connections. What `main` waits for meanwhile is a thread of its own.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::oneshot;

async fn visit(place: std::net::SocketAddr, name: u8) -> io::Result<u8> {
    let mut line = TcpStream::connect(place).await?;
    line.write_u8(name).await?;
    line.read_u8().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let place = listener.local_addr()?;
    let visitors = [1, 2, 3, 4].map(|name| kettle::spawn(visit(place, name)));
    let (open, opened) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(1500));
        open.send(()).unwrap();
    });
    opened.await.unwrap();
    for _ in 0..visitors.len() {
        let (mut line, _) = listener.accept().await?;
        let name = line.read_u8().await?;
        line.write_u8(name * 10).await?;
    }
    for visitor in visitors {
        println!("{}", visitor.await.unwrap()?);
    }
    Ok(())
}
