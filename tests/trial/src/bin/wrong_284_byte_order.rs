//! One side writes the length of a message with the high byte first, the other one reads it with the low byte first:
//! it waits for millions of bytes, and the writer for its answer.
//!
//! doctor: `deadlock`
//! cure: both ends read: one waits for more bytes than were written (the same form on both sides)
//! ends: killed

use std::io;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn write_message(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    stream.write_u32(u32::try_from(message.len()).unwrap()).await?;
    stream.write_all(message).await
}

async fn read_message(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let length = stream.read_u32_le().await?;
    let mut message = vec![0; length as usize];
    stream.read_exact(&mut message).await?;
    Ok(message)
}

async fn serve(listener: TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept().await?;
    drop(listener);
    loop {
        let message = read_message(&mut stream).await?;
        write_message(&mut stream, &message).await?;
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(serve(listener));
    let mut stream = TcpStream::connect(address).await?;
    write_message(&mut stream, b"hello").await?;
    println!("{:?}", read_message(&mut stream).await?);
    Ok(())
}
