//! A test of a small HTTP server with a client that isn't async. The server thinks for two and a half seconds.
//!
//! Right: the client runs in `spawn_blocking`, and the server on the runtime's thread.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut visitor, _) = listener.accept().await?;
        kettle::spawn(async move {
            let mut request = [0; 512];
            let n = visitor.read(&mut request).await?;
            sleep(Duration::from_millis(2500)).await;
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
    connection.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(serve(listener));
    let answer = spawn_blocking(move || get(address, "/health")).await??;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.abort();
    Ok(())
}
