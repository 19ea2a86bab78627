//! A monitor asks three servers again and again whether they are well: one answers at once, one takes its time, and one is gone.
//!
//! Right: hundreds of connections that are refused, cut off by a time limit or closed after a byte, in a loop whose only pause
//! is a millisecond. The slow server goes on with an answer to a monitor that has left.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

async fn server(listener: TcpListener, takes: Duration) -> io::Result<()> {
    loop {
        let (mut monitor, _) = listener.accept().await?;
        kettle::spawn(async move {
            for letter in b"well\n" {
                sleep(takes).await;
                if monitor.write_all(&[*letter]).await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn probe(at: SocketAddr) -> io::Result<bool> {
    let mut socket = TcpStream::connect(at).await?;
    let mut said = String::new();
    socket.read_to_string(&mut said).await?;
    Ok(said == "well\n")
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let quick = TcpListener::bind("127.0.0.1:0").await?;
    let slow = TcpListener::bind("127.0.0.1:0").await?;
    let gone = TcpListener::bind("127.0.0.1:0").await?;
    let servers = [quick.local_addr()?, slow.local_addr()?, gone.local_addr()?];
    drop(gone);
    kettle::spawn(server(quick, Duration::ZERO));
    kettle::spawn(server(slow, Duration::from_millis(120)));
    let begun = Instant::now();
    let mut counts = [[0; 3]; 3];
    while begun.elapsed() < Duration::from_millis(1800) {
        for (at, [well, failed, late]) in servers.into_iter().zip(&mut counts) {
            match timeout(Duration::from_millis(60), probe(at)).await {
                Ok(Ok(true)) => *well += 1,
                Ok(_) => *failed += 1,
                Err(_) => *late += 1,
            }
        }
        sleep(Duration::from_millis(1)).await;
    }
    println!("well, failed, late: {counts:?}");
    Ok(())
}
