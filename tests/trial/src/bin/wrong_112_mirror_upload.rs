//! A client uploads sixteen megabytes to a service that answers each block with the same block in capitals.
//!
//! Wrong: the client writes all of it, and reads the answer afterwards. When the buffers of both sockets are full, the
//! service waits for room to write, reads no more, and the client waits for room, too.
//!
//! Expected before the first run: can't be told. (The cure: write and read side by side, with `into_split` and `join!`.)
//! The system knows that both ends of the connection are here.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn capitals(mut client: TcpStream) -> std::io::Result<()> {
    let mut block = vec![0; 8192];
    loop {
        let length = client.read(&mut block).await?;
        if length == 0 {
            return Ok(());
        }
        block[..length].make_ascii_uppercase();
        client.write_all(&block[..length]).await?;
    }
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (client, _) = listener.accept().await?;
        kettle::spawn(async move {
            if let Err(error) = capitals(client).await {
                eprintln!("{error}");
            }
        });
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(serve(listener));
    let text = "a pot of tea\n".repeat(1_300_000);
    let mut service = TcpStream::connect(address).await?;
    service.write_all(text.as_bytes()).await?;
    service.shutdown().await?;
    let mut answer = String::new();
    service.read_to_string(&mut answer).await?;
    println!("{} of {} bytes came back", answer.len(), text.len());
    Ok(())
}
