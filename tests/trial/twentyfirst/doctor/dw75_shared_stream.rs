// WRONG. A connection behind a Mutex: the reader task keeps the lock while it waits for the peer's next bytes (700 ms); who wants to write waits as long.
// EXPECT: guard_across_await: reader holds the lock over a socket's read. CURE: split the stream.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use std::sync::Arc;
use std::time::Duration;

async fn peer(mut stream: TcpStream) {
    for _ in 0..4 {
        kettle::time::sleep(Duration::from_millis(700)).await;
        stream.write_all(b"tick").await.unwrap();
    }
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    println!("peer got {} bytes", all.len());
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let peer = kettle::spawn(peer(listener.accept().await.unwrap().0));
    let stream = Arc::new(Mutex::new(stream));
    let for_reader = stream.clone();
    let reader = kettle::spawn(async move {
        let mut ticks = 0;
        let mut tick = [0; 4];
        while ticks < 4 {
            for_reader.lock().await.read_exact(&mut tick).await.unwrap();
            ticks += 1;
        }
    });
    for n in 0..3_u8 {
        kettle::time::sleep(Duration::from_millis(100)).await;
        stream.lock().await.write_all(&[n; 10]).await.unwrap();
        println!("wrote {n}");
    }
    reader.await.unwrap();
    stream.lock().await.shutdown().await.unwrap();
    peer.await.unwrap();
}
