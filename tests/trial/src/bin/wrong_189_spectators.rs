//! A match of chess on a server: each move goes to every spectator's queue, and the spectator's task writes it to a socket.
//!
//! Wrong: one spectator's line is dead: the peer doesn't read, its task waits in `write_all`, and its queue, which has no limit,
//! gets longer with each message. Nobody takes the dead one out.
//!
//! Expected: `growing_channel`, a hint, whose receiver waits at its socket. The cure: a limit, and to drop spectators whose queue is
//! full (`try_send`); or a `broadcast`, where a slow one misses values.
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::mpsc;
use kettle::time::interval;

async fn spectator(mut socket: TcpStream, mut moves: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(text) = moves.recv().await {
        if socket.write_all(&text).await.is_err() {
            return;
        }
    }
}

async fn watch(at: std::net::SocketAddr, reads: bool) -> io::Result<u64> {
    let mut socket = TcpStream::connect(at).await?;
    if reads {
        return io::copy(&mut socket, &mut io::sink()).await;
    }
    let first = socket.read_u8().await?;
    std::future::pending::<()>().await; // its owner has gone to sleep
    Ok(first.into())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let _guests = [kettle::spawn(watch(at, true)), kettle::spawn(watch(at, false))];
    let mut queues = Vec::new();
    for _ in 0..2 {
        let (queue, moves) = mpsc::unbounded_channel();
        kettle::spawn(spectator(listener.accept().await?.0, moves));
        queues.push(queue);
    }
    let mut clock = interval(Duration::from_millis(1));
    for n in 0..4_000 {
        clock.tick().await;
        for queue in &queues {
            for part in 0..6 {
                let _ = queue.send(vec![part; 1200 + n % 100]);
            }
        }
    }
    Ok(())
}
