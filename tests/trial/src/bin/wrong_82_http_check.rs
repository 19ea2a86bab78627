//! A test of a small HTTP server: it is started in a task, and then asked with a client that the team has in another
//! crate.
//!
//! Wrong: that client is not async. It waits in `read_to_string` for an answer that the server, on the same thread, can't
//! give.
//!
//! Expected: `blocking_poll`, of a poll that never ends. The cure: `kettle::net::TcpStream`, or the client in
//! `spawn_blocking`.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::io::{Read, Write};
use std::net::SocketAddr;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut visitor, _) = listener.accept().await?;
        kettle::spawn(async move {
            let mut request = [0; 512];
            let n = visitor.read(&mut request).await?;
            let found = request[..n].starts_with(b"GET /health ");
            let status = if found { "200 OK" } else { "404 Not Found" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
            visitor.write_all(answer.as_bytes()).await
        });
    }
}

/// The other crate's client.
fn get(server: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut connection = std::net::TcpStream::connect(server)?;
    write!(connection, "GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(serve(listener));
    let answer = get(address, "/health")?;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    Ok(())
}
