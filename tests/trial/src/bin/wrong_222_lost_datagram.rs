//! A client asks a server by UDP and waits for the answer.
//!
//! Wrong: the answer was sent from another socket than the one to which the client is connected, so the system drops it.
//!
//! Expected: can't be told: a task waits for a socket, and anyone may send to that. (The right cure: answer from the same
//! socket; a limit and a second try.)
//!
//! doctor: can't be told
//! ends: killed

use kettle::net::UdpSocket;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0").await?;
    let at = server.local_addr()?;
    let serving = kettle::spawn(async move {
        let answers = UdpSocket::bind("127.0.0.1:0").await?;
        let mut question = [0; 32];
        let (n, client) = server.recv_from(&mut question).await?;
        answers.send_to(&question[..n], client).await
    });
    let client = UdpSocket::bind("127.0.0.1:0").await?;
    client.connect(at).await?;
    client.send(b"how late is it?").await?;
    let mut answer = [0; 32];
    let n = client.recv(&mut answer).await?;
    println!("{n} bytes, {:?}", serving.await.unwrap()?);
    Ok(())
}
