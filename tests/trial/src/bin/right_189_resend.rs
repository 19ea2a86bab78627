//! A protocol over UDP: each request is sent again if no answer comes in time. A server waits for requests for ever.
//!
//! Right: the first two datagrams of each request are thrown away, as a bad network does it, and a third of the answers come too late
//! and are for an older request. When `main` has its answers, the server waits on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io;
use kettle::net::UdpSocket;
use kettle::time::{sleep, timeout};

async fn server(socket: UdpSocket) -> io::Result<()> {
    let mut datagram = [0; 64];
    for n in 0_u32.. {
        let (size, from) = socket.recv_from(&mut datagram).await?;
        if n % 4 < 2 {
            continue; // lost
        }
        if n % 4 == 3 {
            sleep(Duration::from_millis(150)).await;
        }
        socket.send_to(&datagram[..size], from).await?;
    }
    Ok(())
}

async fn ask(socket: &UdpSocket, at: SocketAddr, number: u8) -> io::Result<u32> {
    let mut answer = [0; 64];
    for tries in 1.. {
        socket.send_to(&[number], at).await?;
        let patience = Duration::from_millis(u64::from(40 + 20 * tries));
        let answered = timeout(patience, async {
            loop {
                socket.recv_from(&mut answer).await?;
                if answer[0] == number {
                    return Ok::<(), io::Error>(());
                }
            }
        });
        if let Ok(answered) = answered.await {
            answered?;
            return Ok(tries);
        }
    }
    unreachable!("it tries for ever")
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let at = socket.local_addr()?;
    kettle::spawn(server(socket));
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    for number in 0..10 {
        println!("{number}: {} tries", ask(&socket, at, number).await?);
    }
    Ok(())
}
