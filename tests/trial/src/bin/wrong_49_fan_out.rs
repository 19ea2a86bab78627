//! A chat: what is said is written to each member's socket, for which the list of members is read.
//!
//! The mistake: the read guard is kept while the sockets are written. One member reads slowly; new ones can't
//! come in, and others don't hear anything either.
//!
//! Expected: `guard_across_await`: the list is locked while the task waits for a socket. Cure: a channel or a
//! queue for each member; copy the list before.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt as _, AsyncWriteExt as _};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Mutex, RwLock};
use kettle::time::sleep;

type Members = Arc<RwLock<Vec<Mutex<TcpStream>>>>;

async fn say(members: &Members, text: &[u8]) -> io::Result<()> {
    for member in members.read().await.iter() {
        member.lock().await.write_all(text).await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let members = Members::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let door = members.clone();
    kettle::spawn(async move {
        while let Ok((stream, _from)) = listener.accept().await {
            door.write().await.push(Mutex::new(stream));
        }
    });
    let mut slow = TcpStream::connect(address).await?;
    sleep(Duration::from_millis(20)).await;
    let all = members.clone();
    let speaker = kettle::spawn(async move { say(&all, &vec![b'!'; 12 << 20]).await });
    sleep(Duration::from_millis(20)).await;
    let mut guest = TcpStream::connect(address).await?;
    sleep(Duration::from_millis(900)).await;
    let mut heard = vec![0; 12 << 20];
    slow.read_exact(&mut heard).await?;
    speaker.await??;
    say(&members, b"hello").await?;
    let mut hello = [0; 5];
    guest.read_exact(&mut hello).await?;
    println!("{}", String::from_utf8_lossy(&hello));
    Ok(())
}
