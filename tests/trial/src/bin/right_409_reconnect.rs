//! A client that connects before the server is up, and tries again, with longer and longer pauses.
//! doctor: silence

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

async fn connect(to: SocketAddr) -> std::io::Result<TcpStream> {
    let mut pause = Duration::from_millis(20);
    for attempt in 1.. {
        match timeout(Duration::from_millis(500), TcpStream::connect(to)).await {
            Ok(Ok(stream)) => {
                println!("connected at attempt {attempt}");
                return Ok(stream);
            }
            Ok(Err(error)) if attempt >= 10 => return Err(error),
            Ok(Err(_)) | Err(_) => {}
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(400));
    }
    unreachable!()
}

async fn server(at: SocketAddr) -> std::io::Result<()> {
    sleep(Duration::from_millis(900)).await; // it takes long to start
    let listener = TcpListener::bind(at).await?;
    let (mut socket, _) = listener.accept().await?;
    let mut word = [0; 5];
    socket.read_exact(&mut word).await?;
    word.reverse();
    socket.write_all(&word).await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    // A free port, which is free again when the listener is dropped.
    let at = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let server = kettle::spawn(server(at));
    let mut stream = connect(at).await?;
    stream.write_all(b"stolp").await?;
    let mut back = String::new();
    stream.read_to_string(&mut back).await?;
    println!("{back}");
    server.await.unwrap()
}
