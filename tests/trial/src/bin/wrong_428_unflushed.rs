//! A client asks a dictionary over TCP. It writes through a buffer.
//! doctor: `deadlock`

use std::net::SocketAddr;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};
use kettle::net::{TcpListener, TcpStream};

async fn dictionary(listener: TcpListener) -> std::io::Result<u32> {
    let (socket, _) = listener.accept().await?;
    drop(listener); // it has one client
    let (read, mut write) = socket.into_split();
    let mut words = BufReader::new(read).lines();
    let mut answers = 0;
    while let Some(word) = words.next_line().await? {
        let meaning = match word.as_str() {
            "tea" => "a drink",
            "kettle" => "a vessel",
            _ => "unknown",
        };
        write.write_all(format!("{word}: {meaning}\n").as_bytes()).await?;
        answers += 1;
    }
    Ok(answers)
}

async fn ask(at: SocketAddr, words: &[&str]) -> std::io::Result<()> {
    let stream = TcpStream::connect(at).await?;
    let (read, write) = stream.into_split();
    let mut write = BufWriter::new(write);
    let mut answers = BufReader::new(read).lines();
    for word in words {
        write.write_all(word.as_bytes()).await?;
        write.write_all(b"\n").await?;
        if let Some(answer) = answers.next_line().await? {
            println!("{answer}");
        }
    }
    write.shutdown().await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let server = kettle::spawn(dictionary(listener));
    ask(at, &["tea", "kettle", "spoon"]).await?;
    println!("{} answers", server.await.unwrap()?);
    Ok(())
}
