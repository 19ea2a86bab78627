// RIGHT. `readable()` and then `try_recv_from` until WouldBlock, in a loop; datagrams come in bursts with 1-s pauses. EXPECT: silence.
use kettle::net::UdpSocket;
use std::time::Duration;

async fn count(socket: UdpSocket) -> u32 {
    let mut count = 0;
    let mut buffer = [0; 64];
    loop {
        socket.readable().await.unwrap();
        while let Ok((n, _)) = socket.try_recv_from(&mut buffer) {
            if n == 0 {
                return count;
            }
            count += 1;
        }
    }
}

#[kettle::main]
async fn main() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let counter = kettle::spawn(count(socket));
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for _ in 0..3 {
        for _ in 0..50 {
            sender.send_to(b"metric", address).await.unwrap();
            kettle::task::yield_now().await;
        }
        kettle::time::sleep(Duration::from_secs(1)).await;
    }
    sender.send_to(b"", address).await.unwrap();
    println!("{}", counter.await.unwrap());
}
