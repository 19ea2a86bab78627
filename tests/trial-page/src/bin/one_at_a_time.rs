//! A post office with one counter: visitors come, say what they want, and get a stamp.

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn counter(listener: TcpListener, visitors: u32) -> io::Result<()> {
    for _ in 0..visitors {
        let (visitor, _) = listener.accept().await?;
        serve(visitor).await?;
    }
    Ok(())
}

async fn serve(mut visitor: TcpStream) -> io::Result<()> {
    let mut wish = [0; 5];
    visitor.read_exact(&mut wish).await?;
    sleep(Duration::from_millis(20)).await;
    visitor.write_all(b"a stamp").await
}

async fn visit(at: SocketAddr, thinks: u64) -> io::Result<usize> {
    let mut socket = TcpStream::connect(at).await?;
    socket.write_all(b"a ").await?;
    sleep(Duration::from_millis(thinks)).await;
    socket.write_all(b"red").await?;
    let mut stamp = Vec::new();
    socket.read_to_end(&mut stamp).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    kettle::spawn(counter(listener, 4));
    let mut visits = Vec::new();
    for thinks in [10, 230, 5, 40] {
        visits.push(kettle::spawn(visit(at, thinks)));
        sleep(Duration::from_millis(30)).await;
    }
    for visit in visits {
        println!("{} bytes", visit.await.expect("no panic")?);
    }
    Ok(())
}
