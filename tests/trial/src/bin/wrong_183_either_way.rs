//! A client of a quote service on one socket: it sends what is in its list, and reads what comes.
//!
//! Wrong: it waits until the socket is ready for reading *or writing*. When the list is empty there is nothing to write, the socket
//! stays ready for writing all the same, and so the loop goes round until a quote comes.
//!
//! Expected: `busy_loop` in `client`. The cure: ask for `WRITABLE` only while there is something to write.
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncWriteExt, Interest};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn client(socket: TcpStream, mut to_send: Vec<&[u8]>) -> io::Result<usize> {
    let mut quotes = 0;
    loop {
        let ready = socket.ready(Interest::READABLE | Interest::WRITABLE).await?;
        if ready.is_readable() {
            let mut quote = [0; 64];
            match socket.try_read(&mut quote) {
                Ok(0) => return Ok(quotes),
                Ok(_) => quotes += 1,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if ready.is_writable()
            && let Some(text) = to_send.pop()
        {
            let _ = socket.try_write(text)?;
        }
    }
}

async fn service(listener: TcpListener) -> io::Result<()> {
    let (mut socket, _) = listener.accept().await?;
    for _ in 0..3 {
        sleep(Duration::from_millis(1100)).await;
        socket.write_all(b"a stitch in time saves nine").await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let socket = TcpStream::connect(listener.local_addr()?).await?;
    let service = kettle::spawn(service(listener));
    println!("{} quotes", client(socket, vec![b"one, please", b"hello"]).await?);
    service.await?
}
