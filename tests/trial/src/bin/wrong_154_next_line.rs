//! A collector stores the lines that a machine sends over TCP.
//!
//! Wrong: it looks for a line and for an error, and takes `None` for "not yet". But `None` is the end of the stream, which
//! comes back at once, again and again, after the machine has hung up.
//!
//! Expected: `busy_loop` in `collect`. The cure: leave the loop at `None`.
//!
//! doctor: `busy_loop`
//! ends: killed

use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn collect(machine: TcpStream) -> Vec<String> {
    let mut lines = BufReader::new(machine).lines();
    let mut stored = Vec::new();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => stored.push(line),
            Ok(None) => {}
            Err(error) => {
                eprintln!("the machine is gone: {error}");
                return stored;
            }
        }
    }
}

async fn machine(at: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(at).await?;
    for n in 0..10 {
        socket.write_all(format!("temperature {}\n", 20 + n % 3).as_bytes()).await?;
        sleep(Duration::from_millis(20)).await;
    }
    socket.shutdown().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let machine = kettle::spawn(machine(listener.local_addr()?));
    let (socket, _) = listener.accept().await?;
    let collector = kettle::spawn(collect(socket));
    machine.await??;
    println!("{} lines stored", collector.await?.len());
    Ok(())
}
