//! (Can't be told: anyone may send to an unconnected socket.) A quiz over UDP; a datagram that isn't
//! understood gets no answer.
//! doctor: can't be told

use std::net::SocketAddr;

use kettle::net::UdpSocket;

async fn quizmaster(socket: UdpSocket) -> std::io::Result<()> {
    let mut packet = [0; 64];
    loop {
        let (n, from) = socket.recv_from(&mut packet).await?;
        match std::str::from_utf8(&packet[..n]).unwrap_or("").split_once('=') {
            Some((question, "42")) => {
                socket.send_to(format!("{question}: right").as_bytes(), from).await?
            }
            Some((question, _)) => {
                socket.send_to(format!("{question}: wrong").as_bytes(), from).await?
            }
            None => continue, // noise
        };
    }
}

async fn answer(to: SocketAddr, text: &str) -> std::io::Result<String> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    socket.send_to(text.as_bytes(), to).await?;
    let mut reply = [0; 64];
    let (n, _) = socket.recv_from(&mut reply).await?;
    Ok(String::from_utf8_lossy(&reply[..n]).into_owned())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let at = socket.local_addr()?;
    kettle::spawn(quizmaster(socket));
    for text in ["one=42", "two=41", "three:42"] {
        println!("{}", answer(at, text).await?);
    }
    Ok(())
}
