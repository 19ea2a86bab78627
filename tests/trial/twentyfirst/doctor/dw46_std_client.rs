// WRONG. A health check asks the program's own server by std's TcpStream in a task: `read` blocks the thread that the server needs.
// EXPECT: blocking_poll: the poll of the check's task goes on and on (only warns: socket). CURE: kettle::net::TcpStream.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

async fn serve(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        kettle::spawn(async move {
            let mut line = [0; 4];
            if stream.read_exact(&mut line).await.is_ok() {
                let _ = stream.write_all(b"good").await;
            }
        });
    }
}

async fn check(address: SocketAddr) -> bool {
    kettle::time::sleep(Duration::from_millis(50)).await;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"ping").unwrap();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).unwrap();
    &answer == b"good"
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = kettle::spawn(serve(listener));
    println!("healthy: {}", kettle::spawn(check(address)).await.unwrap());
    server.abort();
}
