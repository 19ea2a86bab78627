// WRONG. `readable().await` on a UDP socket, then the datagram is only counted, never received: the socket stays readable, and the loop spins.
// EXPECT: busy_loop: the task of `count` at `socket.readable()`. CURE: receive it (`try_recv`/`recv`).
use kettle::net::UdpSocket;
use std::time::Duration;

async fn count(socket: UdpSocket) {
    let mut events = 0_u64;
    loop {
        socket.readable().await.unwrap();
        events += 1;
        if events % 100_000 == 0 {
            println!("many events");
        }
    }
}

#[kettle::main]
async fn main() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let counter = kettle::spawn(count(socket));
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for _ in 0..6 {
        kettle::time::sleep(Duration::from_millis(500)).await;
        sender.send_to(b"metric", address).await.unwrap();
    }
    counter.abort();
    println!("end");
}
