//! A server keeps its sessions in a `JoinSet` and takes out those that have ended, in the same `select!` that accepts new ones.
//!
//! Wrong: an empty set answers `None` at once, and `_` takes it. As long as there is no session (and between two), the loop
//! goes round and round.
//!
//! Expected: `busy_loop` of the server. The cure: `Some(ended) = sessions.join_next()`, or an `if !sessions.is_empty()`. (If the
//! loop never lets go of the thread, it is `never_yields`; the client gets its turn here.)
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use std::time::Duration;

use kettle::io::{self, AsyncReadExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

async fn serve(listener: TcpListener) -> io::Result<()> {
    let mut sessions = JoinSet::new();
    loop {
        kettle::select! {
            visitor = listener.accept() => {
                let (mut socket, _) = visitor?;
                sessions.spawn(async move { socket.read_u8().await.is_ok() });
            }
            _ = sessions.join_next() => {} // one has ended
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let server = kettle::spawn(timeout(Duration::from_secs(4), serve(listener)));
    for _ in 0..3 {
        sleep(Duration::from_millis(1200)).await;
        let _visit = TcpStream::connect(at).await?;
    }
    println!("{:?}", server.await.unwrap().is_err());
    Ok(())
}
