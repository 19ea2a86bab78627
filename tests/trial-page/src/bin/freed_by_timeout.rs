//! There are two permits. Who had them while the third visitor waited, and how did one come free?

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Semaphore;
use kettle::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_millis(200);

async fn serve(mut socket: TcpStream, at_once: Arc<Semaphore>) {
    let _permit = at_once.acquire().await.expect("never closed");
    let mut body = [0; 8];
    socket.read_exact(&mut body).await.expect("a body");
    socket.write_all(b"thanks").await.expect("the visitor is there");
}

async fn listen(listener: TcpListener) {
    let at_once = Arc::new(Semaphore::new(2));
    loop {
        let (socket, _) = listener.accept().await.expect("a visitor");
        let at_once = Arc::clone(&at_once);
        kettle::spawn(async move {
            if timeout(PATIENCE, serve(socket, at_once)).await.is_err() {
                println!("too slow");
            }
        });
    }
}

async fn visit(port: u16, after: u64, body: &[u8]) {
    sleep(Duration::from_millis(after)).await;
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a server");
    socket.write_all(body).await.expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("it answers or closes");
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    kettle::spawn(listen(listener));
    let visits = [
        kettle::spawn(visit(port, 0, b"half")),
        kettle::spawn(visit(port, 30, b"half")),
        kettle::spawn(visit(port, 60, b"complete")),
    ];
    for visit in visits {
        visit.await.expect("no panic");
    }
}
