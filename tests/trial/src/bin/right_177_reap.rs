//! A server keeps its sessions in a `JoinSet` and takes out those that have ended, in the same `select!` that accepts new ones.
//!
//! Right: the set is asked only if it has any. Visitors come late, and one stays for two seconds without a word.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io::{self, AsyncReadExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn serve(listener: TcpListener) -> io::Result<()> {
    let mut sessions = JoinSet::new();
    let mut ended = 0;
    loop {
        kettle::select! {
            visitor = listener.accept() => {
                let (mut socket, _) = visitor?;
                sessions.spawn(async move { socket.read_u8().await.ok() });
            }
            Some(said) = sessions.join_next(), if !sessions.is_empty() => {
                ended += 1;
                println!("session {ended} has ended: {said:?}");
            }
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let server = kettle::spawn(serve(listener));
    let stays = TcpStream::connect(at).await?;
    for _ in 0..3 {
        sleep(Duration::from_millis(700)).await;
        drop(TcpStream::connect(at).await?);
    }
    drop(stays);
    sleep(Duration::from_millis(50)).await;
    println!("the server goes on: {}", !server.is_finished());
    Ok(())
}
