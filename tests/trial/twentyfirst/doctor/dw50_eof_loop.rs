// WRONG. A line protocol: reads into a buffer until it has a full line; `read` that gives 0 (the client has left) is not looked at: the loop spins.
// EXPECT: busy_loop: the server's connection task at `stream.read` / end of stream. CURE: return at n == 0.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use std::time::Duration;

async fn connection(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    let mut chunk = [0; 256];
    loop {
        let n = stream.read(&mut chunk).await?;
        buffer.extend_from_slice(&chunk[..n]);
        while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            stream.write_all(&line).await?;
        }
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            kettle::spawn(connection(stream));
        }
    });
    let mut client = TcpStream::connect(address).await?;
    client.write_all(b"hello\n").await?;
    let mut back = [0; 6];
    client.read_exact(&mut back).await?;
    drop(client);
    kettle::time::sleep(Duration::from_secs(3)).await;
    server.abort();
    println!("end");
    Ok(())
}
