//! A client sends its text, closes its half, and waits for the sum; the server reads to the end, thinks for a
//! second, and answers.
//!
//! Suspicious: each waits for the other's socket for a long time.
//!
//! doctor: silence

use std::io;
use std::time::Duration;

use kettle::io::{AsyncReadExt as _, AsyncWriteExt as _};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(async move {
        let (mut stream, _from) = listener.accept().await?;
        let mut text = Vec::new();
        stream.read_to_end(&mut text).await?;
        sleep(Duration::from_secs(1)).await;
        stream.write_u32(text.iter().map(|&byte| u32::from(byte)).sum()).await
    });
    let (mut read, mut write) = TcpStream::connect(address).await?.into_split();
    let writer = kettle::spawn(async move {
        write.write_all(&vec![1; 300_000]).await?;
        write.shutdown().await
    });
    println!("{}", read.read_u32().await?);
    writer.await??;
    server.await?
}
