// WRONG. A protocol mistake over TCP: the server waits for the client's whole request (until the end of the stream: read_to_end),
// the client keeps its write half open and waits for the answer.
// EXPECT: deadlock (sockets connected to each other): both sides named with their reads. CURE: client calls shutdown() after the request.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let (mut stream, _) = listener.accept().await?;
    let mut request = Vec::new();
    stream.read_to_end(&mut request).await?;
    stream.write_all(&request.to_ascii_uppercase()).await?;
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = kettle::spawn(serve(listener));
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"hello, server").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    println!("{answer}");
    server.await.unwrap()
}
