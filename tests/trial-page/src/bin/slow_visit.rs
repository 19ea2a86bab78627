//! Visit 5 took 350 ms, and its handler answered at once. What was the server doing before it had a handler?

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

/// Greets each visitor before the next is let in.
async fn serve(listener: TcpListener) {
    loop {
        let (mut socket, _) = listener.accept().await.expect("a visitor");
        let mut name = [0; 1];
        socket.read_exact(&mut name).await.expect("a name");
        kettle::spawn(answer(socket));
    }
}

async fn answer(mut socket: TcpStream) {
    socket.write_all(b"hello").await.expect("it reads");
}

async fn visit(port: u16, number: u64) {
    sleep(Duration::from_millis(number * 50)).await;
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a server");
    if number == 4 {
        sleep(Duration::from_millis(400)).await; // "what was my name?"
    }
    socket.write_all(b"x").await.expect("it reads");
    let mut answer = [0; 5];
    socket.read_exact(&mut answer).await.expect("an answer");
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    kettle::spawn(serve(listener));
    let visits: Vec<_> = (0..15).map(|number| kettle::spawn(visit(port, number))).collect();
    for visit in visits {
        visit.await.expect("a visit");
    }
}
