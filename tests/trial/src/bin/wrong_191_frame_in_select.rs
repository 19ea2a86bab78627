//! A client reads frames of eight bytes from a socket, and sends a sign of life each 20 ms, in one `select!`.
//!
//! Wrong: `read_exact` is dropped when the timer comes, with the bytes that it has read by then. The next frame begins in the
//! middle of this one, and all numbers are nonsense from there on.
//!
//! Can't be told: a `read_exact` that is dropped may have been given up for good, and what the buffer was for, no event tells.
//!
//! doctor: can't be told
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{interval, sleep};

async fn send_slowly(mut socket: TcpStream) -> io::Result<()> {
    for number in 1..=10_u64 {
        let bytes = number.to_be_bytes();
        socket.write_all(&bytes[..7]).await?;
        sleep(Duration::from_millis(15)).await;
        socket.write_all(&bytes[7..]).await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut socket = TcpStream::connect(listener.local_addr()?).await?;
    let sender = kettle::spawn(send_slowly(listener.accept().await?.0));
    let mut life = interval(Duration::from_millis(20));
    loop {
        let mut frame = [0; 8];
        kettle::select! {
            read = socket.read_exact(&mut frame) => match read {
                Ok(_) => println!("{}", u64::from_be_bytes(frame)),
                Err(_) => break,
            },
            _ = life.tick() => socket.write_all(b"I live").await?,
        }
    }
    sender.await?
}
