// WRONG. A connection's loop waits for `ready(READABLE | WRITABLE)` and handles only reading: the socket is writable nearly always, the loop spins.
// EXPECT: busy_loop: the task at `stream.ready(..)`. CURE: ask WRITABLE only if there is something to write.
use kettle::io::{AsyncWriteExt, Interest};
use kettle::net::{TcpListener, TcpStream};
use std::time::Duration;

async fn serve(stream: TcpStream) {
    let mut buffer = [0; 64];
    let mut total = 0;
    loop {
        let ready = stream.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
        if ready.is_readable() {
            match stream.try_read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => total += n,
                Err(_) => {}
            }
        }
    }
    println!("{total} bytes");
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let server = kettle::spawn(serve(listener.accept().await.unwrap().0));
    for _ in 0..4 {
        kettle::time::sleep(Duration::from_millis(700)).await;
        client.write_all(b"hello").await.unwrap();
    }
    drop(client);
    server.await.unwrap();
}
