//! A client asks a name server over UDP, and asks again after a timeout; the server drops the first.
//! Why did the answer to main take 0.25 s, and which datagram was it that the server did not answer?

use std::time::Duration;

use kettle::net::UdpSocket;
use kettle::time::timeout;

async fn names(socket: UdpSocket) {
    let mut buffer = [0_u8; 64];
    let mut count = 0;
    loop {
        let (length, from) = socket.recv_from(&mut buffer).await.expect("receives");
        count += 1;
        if count < 2 {
            continue; // the bug: the first is taken, and forgotten
        }
        socket.send_to(&buffer[..length], from).await.expect("sends");
    }
}

async fn ask(socket: &UdpSocket) -> usize {
    let mut buffer = [0_u8; 64];
    let mut tries = 0;
    loop {
        tries += 1;
        socket.send(b"kettle.example").await.expect("sends");
        if timeout(Duration::from_millis(250), socket.recv(&mut buffer)).await.is_ok() {
            return tries;
        }
    }
}

#[kettle::main]
async fn main() {
    let server = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    let address = server.local_addr().expect("has an address");
    let names = kettle::spawn(names(server));
    let client = UdpSocket::bind("127.0.0.1:0").await.expect("binds");
    client.connect(address).await.expect("connects");
    println!("tries {}", ask(&client).await);
    names.abort();
}
