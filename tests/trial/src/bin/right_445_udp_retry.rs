//! A name service over UDP, where datagrams get lost, and the client asks again.
//! doctor: silence

use std::net::SocketAddr;
use std::time::Duration;

use kettle::net::UdpSocket;
use kettle::sync::watch;
use kettle::time::timeout;

async fn server(socket: UdpSocket, mut stop: watch::Receiver<bool>) -> std::io::Result<u32> {
    let mut packet = [0; 64];
    let mut seen = 0;
    loop {
        let (n, from) = kettle::select! {
            received = socket.recv_from(&mut packet) => received?,
            _ = stop.changed() => return Ok(seen),
        };
        seen += 1;
        if seen % 3 != 0 {
            continue; // lost on the way
        }
        let address = format!("10.0.0.{n}");
        socket.send_to(address.as_bytes(), from).await?;
    }
}

async fn resolve(server: SocketAddr, name: &str) -> std::io::Result<(String, u32)> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    socket.connect(server).await?;
    let mut reply = [0; 64];
    for attempt in 1..=8 {
        socket.send(name.as_bytes()).await?;
        if let Ok(n) = timeout(Duration::from_millis(250), socket.recv(&mut reply)).await {
            return Ok((String::from_utf8_lossy(&reply[..n?]).into_owned(), attempt));
        }
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let at = socket.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let server = kettle::spawn(server(socket, stopped));
    for name in ["kettle", "pot", "samovar"] {
        let (address, attempts) = resolve(at, name).await?;
        println!("{name}: {address} after {attempts} attempts");
    }
    stop.send(true).unwrap();
    println!("{} datagrams", server.await.unwrap()?);
    Ok(())
}
