//! A bank over TCP: every request moves money between two accounts, and each account has a lock.
//!
//! The mistake: `transfer` locks the payer first and the payee second, so two transfers in
//! opposite directions take the two locks in opposite order.
//!
//! Expected: a deadlock of two tasks and two locks that names both places, although a listener, a
//! clock and the clients' sockets go on. Cure: lock in one order that all transfers share.
//!
//! doctor: `deadlock`
//! ends: by itself (the clients give up after five seconds)

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::{interval, sleep, timeout};

type Bank = Arc<Vec<Mutex<u64>>>;

async fn transfer(bank: &Bank, from: usize, to: usize, cents: u64) -> bool {
    let mut payer = bank[from].lock().await;
    if *payer < cents {
        return false;
    }
    sleep(Duration::from_millis(20)).await; // asks the fraud department
    let mut payee = bank[to].lock().await;
    *payer -= cents;
    *payee += cents;
    true
}

async fn serve(socket: TcpStream, bank: Bank) -> io::Result<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<usize> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        let done = transfer(&bank, words[0], words[1], 5).await;
        write.write_all(if done { b"ok" } else { b"no" }).await?;
    }
    Ok(())
}

async fn ask(port: u16, line: &str) -> io::Result<[u8; 2]> {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.write_all(line.as_bytes()).await?;
    let mut answer = [0; 2];
    socket.read_exact(&mut answer).await?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let bank: Bank = Arc::new((0..4).map(|_| Mutex::new(1000)).collect());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    kettle::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            kettle::spawn(serve(socket, bank.clone()));
        }
    });
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(250));
        loop {
            clock.tick().await;
        }
    });
    let patience = Duration::from_secs(5);
    let (one, other) =
        kettle::join!(timeout(patience, ask(port, "1 2\n")), timeout(patience, ask(port, "2 1\n")));
    println!("answers: {} and {}", one.is_ok(), other.is_ok());
    Ok(())
}
