//! A command-line tool that tells a server how long it took, "in the background, so that nobody has to wait".
//!
//! Wrong: the task is spawned in the last line, and `main` returns. It is never polled.
//!
//! Expected: `unpolled`. The cure: await the task (with a time limit) before `main` returns.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::time::Duration;

use kettle::io::AsyncWriteExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{Instant, sleep};

async fn convert(file: &str) -> usize {
    sleep(Duration::from_millis(30)).await;
    file.len() * 100
}

async fn report(server: std::net::SocketAddr, took: Duration) -> std::io::Result<()> {
    let mut connection = TcpStream::connect(server).await?;
    connection.write_all(format!("took {took:?}\n").as_bytes()).await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let address = server.local_addr()?;
    let begin = Instant::now();
    for file in ["tea.svg", "kettle.svg"] {
        println!("{file}: {} bytes", convert(file).await);
    }
    kettle::spawn(report(address, begin.elapsed()));
    Ok(())
}
