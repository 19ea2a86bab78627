//! Two peers exchange six megabytes each over one socket, by hand: `ready`, `try_read`, `try_write`.
//!
//! Right: the socket is asked for writing only while there is something to write, and most rounds move a few kilobytes. That takes
//! a while in a debug build, with tens of thousands of polls that are ready at once.
//!
//! Expected: silent.
//!
//! doctor: silence

use kettle::io::{self, Interest};
use kettle::net::{TcpListener, TcpStream};

const SIZE: usize = 6_000_000;

async fn exchange(socket: TcpStream) -> io::Result<usize> {
    let (mut to_write, mut read) = (SIZE, 0);
    let mut block = [0; 1024];
    while to_write > 0 || read < SIZE {
        let mut interest = None;
        if read < SIZE {
            interest = Some(Interest::READABLE);
        }
        if to_write > 0 {
            interest = Some(interest.map_or(Interest::WRITABLE, |i| i | Interest::WRITABLE));
        }
        let ready = socket.ready(interest.expect("one of the two")).await?;
        let mut tries = Vec::new();
        if ready.is_readable() {
            tries.push(socket.try_read(&mut block).inspect(|count| read += count));
        }
        if ready.is_writable() && to_write > 0 {
            let part = &[7; 1024][..to_write.min(1024)];
            tries.push(socket.try_write(part).inspect(|count| to_write -= count));
        }
        for one in tries {
            match one {
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
                _ => {}
            }
        }
    }
    Ok(read)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let one = TcpStream::connect(listener.local_addr()?).await?;
    let (other, _) = listener.accept().await?;
    let other = kettle::spawn(exchange(other));
    println!("{} and {}", exchange(one).await?, other.await??);
    Ok(())
}
