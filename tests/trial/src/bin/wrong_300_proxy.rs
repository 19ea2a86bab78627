//! A proxy copies both ways. The client reads the answer to its end, and the server reads the question to its end; no
//! side closes its half.
//!
//! doctor: `deadlock`
//! cure: each socket's other end is in the program, and reads too: `shutdown` after the question
//! ends: killed

use std::io;
use std::net::SocketAddr;

use kettle::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use kettle::net::{TcpListener, TcpStream};

async fn server(listener: TcpListener) -> io::Result<()> {
    let (mut stream, _) = listener.accept().await?;
    let mut question = String::new();
    stream.read_to_string(&mut question).await?;
    stream.write_all(question.to_uppercase().as_bytes()).await
}

async fn proxy(listener: TcpListener, server: SocketAddr) -> io::Result<()> {
    let (mut client, _) = listener.accept().await?;
    let mut server = TcpStream::connect(server).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn ask(proxy: SocketAddr, question: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(proxy).await?;
    stream.write_all(question.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let behind = TcpListener::bind("127.0.0.1:0").await?;
    let front = TcpListener::bind("127.0.0.1:0").await?;
    let (server_address, address) = (behind.local_addr()?, front.local_addr()?);
    kettle::spawn(server(behind));
    kettle::spawn(proxy(front, server_address));
    println!("{}", ask(address, "is it tea time?").await?);
    Ok(())
}
