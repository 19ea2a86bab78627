//! A time server on UDP: a loop waits until the socket is ready, takes a datagram, and answers it.
//!
//! Wrong: it waits for `writable`, which a UDP socket nearly always is, and then tries to receive.
//!
//! Expected: `busy_loop` of task 1 in line 20: it asks the socket, which says yes, and there is nothing to receive. The cure:
//! `readable` (or simply `recv_from`).
//!
//! doctor: `busy_loop`
//! ends: by itself

use std::io;
use std::time::Duration;

use kettle::net::UdpSocket;
use kettle::time::sleep;

async fn serve(socket: UdpSocket, answers: u32) -> io::Result<u64> {
    let (mut question, mut rounds, mut answered) = ([0; 64], 0_u64, 0);
    while answered < answers {
        socket.writable().await?;
        rounds += 1;
        match socket.try_recv_from(&mut question) {
            Ok((_, client)) => {
                socket.send_to(b"twelve", client).await?;
                answered += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rounds)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let server = socket.local_addr()?;
    let rounds = kettle::spawn(serve(socket, 2));
    let client = UdpSocket::bind("127.0.0.1:0").await?;
    let mut answer = [0; 64];
    for _ in 0..2 {
        sleep(Duration::from_millis(2500)).await;
        client.send_to(b"what time is it?", server).await?;
        client.recv(&mut answer).await?;
    }
    println!("{} rounds", rounds.await.expect("no panic")?);
    Ok(())
}
