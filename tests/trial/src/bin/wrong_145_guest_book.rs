//! A guest book on a TCP port: each visitor writes lines into it, and hangs up.
//!
//! Wrong: a connection takes the lock of the book when it begins, and keeps it until its visitor hangs up. A visitor that
//! thinks about its words keeps all others out.
//!
//! Expected: `guard_across_await`, at the `lock` in `write_down`. The cure: take the lock for each line, after it has been read.
//!
//! doctor: `guard_across_await`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Book = Arc<Mutex<Vec<String>>>;

async fn write_down(visitor: TcpStream, book: Book) -> io::Result<()> {
    let mut lines = BufReader::new(visitor).lines();
    let mut book = book.lock().await;
    while let Some(line) = lines.next_line().await? {
        book.push(line);
    }
    Ok(())
}

async fn visit(at: SocketAddr, name: &str) -> io::Result<()> {
    let mut socket = TcpStream::connect(at).await?;
    socket.write_all(format!("{name} was here.\n").as_bytes()).await?;
    sleep(Duration::from_millis(600)).await; // what else is there to say?
    socket.write_all(b"It was very nice.\n").await?;
    socket.shutdown().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    let book = Book::default();
    let mut visitors = JoinSet::new();
    for name in ["Ada", "Grace", "Edsger"] {
        visitors.spawn(visit(at, name));
    }
    let mut pages = JoinSet::new();
    for _ in 0..3 {
        let (visitor, _) = listener.accept().await?;
        pages.spawn(write_down(visitor, book.clone()));
    }
    visitors.join_all().await.into_iter().collect::<io::Result<()>>()?;
    pages.join_all().await.into_iter().collect::<io::Result<()>>()?;
    println!("{:#?}", *book.lock().await);
    Ok(())
}
