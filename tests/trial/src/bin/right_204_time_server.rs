//! A time server on UDP that waits until the socket is readable or writable, and keeps an answer that doesn't fit.
//!
//! Right: it asks for `writable` only while it has an answer to give, and takes datagrams until the socket has no more.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::Interest;
use kettle::net::UdpSocket;
use kettle::time::sleep;

async fn serve(socket: UdpSocket, mut left: u32) -> io::Result<u32> {
    let (mut rounds, mut question, mut answers) = (0, [0; 64], VecDeque::<SocketAddr>::new());
    while left > 0 {
        let write = !answers.is_empty();
        let interest = if write { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        let ready = socket.ready(interest).await?;
        rounds += 1;
        if ready.is_readable() {
            match socket.try_recv_from(&mut question) {
                Ok((_, client)) => answers.push_back(client),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        if let Some(client) = answers.front().filter(|_| ready.is_writable()) {
            match socket.try_send_to(b"twelve", *client) {
                Ok(_) => {
                    answers.pop_front();
                    left -= 1;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(rounds)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let server = socket.local_addr()?;
    let rounds = kettle::spawn(serve(socket, 600));
    let client = UdpSocket::bind("127.0.0.1:0").await?;
    let mut answer = [0; 64];
    for question in 0..600 {
        client.send_to(b"what time is it?", server).await?;
        client.recv(&mut answer).await?;
        if question % 100 == 0 {
            sleep(Duration::from_millis(200)).await;
        }
    }
    println!("{} rounds", rounds.await.unwrap()?);
    Ok(())
}
