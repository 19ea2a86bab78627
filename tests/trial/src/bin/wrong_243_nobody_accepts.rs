//! A check of a connection from both ends, in one function.
//!
//! Wrong: the greeting is read before the other end is accepted, in the same task. `connect` is done without that, because the system
//! keeps connections that nobody has accepted yet.
//!
//! Expected: `deadlock` of `main`, which reads from a socket that is in the queue of its own listener. The cure: accept (and greet) first, or in
//! another task, or `join!`.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut near = TcpStream::connect(listener.local_addr()?).await?;
    let mut greeting = [0; 5];
    near.read_exact(&mut greeting).await?;
    let (mut far, _) = listener.accept().await?;
    far.write_all(b"hello").await?;
    println!("{}", String::from_utf8_lossy(&greeting));
    Ok(())
}
