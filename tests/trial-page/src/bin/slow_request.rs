//! Why did the request for `/orders/3` take 900 ms?

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

type Ledger = Arc<Mutex<Vec<u8>>>;

async fn serve(mut socket: TcpStream, ledger: Ledger) {
    let mut path = [0; 1];
    socket.read_exact(&mut path).await.expect("a request");
    if path[0] == b'r' {
        report(&ledger).await;
    } else {
        order(&ledger, path[0]).await;
    }
    socket.write_all(b"done").await.expect("an answer");
}

async fn report(ledger: &Ledger) {
    let lines = ledger.lock().await;
    sleep(Duration::from_millis(750)).await; // "the printer is slow"
    assert!(lines.len() < 100);
}

async fn order(ledger: &Ledger, number: u8) {
    sleep(Duration::from_millis(100)).await; // asks the warehouse
    ledger.lock().await.push(number);
    sleep(Duration::from_millis(150)).await; // sends a mail
}

async fn fetch(port: u16, path: u8, after: u64) {
    sleep(Duration::from_millis(after)).await;
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a server");
    socket.write_all(&[path]).await.expect("it reads");
    let mut answer = [0; 4];
    socket.read_exact(&mut answer).await.expect("it answers");
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let ledger = Ledger::default();
    kettle::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            kettle::spawn(serve(socket, Arc::clone(&ledger)));
        }
    });
    let visits = [(b'1', 0), (b'2', 150), (b'r', 300), (b'3', 300), (b'4', 1200)];
    let visits: Vec<_> =
        visits.into_iter().map(|(path, after)| kettle::spawn(fetch(port, path, after))).collect();
    for visit in visits {
        visit.await.expect("a visit");
    }
}
