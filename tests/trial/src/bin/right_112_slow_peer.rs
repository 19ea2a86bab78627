//! A service sends its protocol to a collector, which reads nothing for two and a half seconds.
//!
//! Right: the socket's buffer fills, the writer waits in `write_all`, the channel before it fills, and the requests wait for
//! room. All of it goes on when the collector reads. A heartbeat shows that the loop is alive.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::Read;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use kettle::io::AsyncWriteExt;
use kettle::net::TcpStream;
use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::JoinSet;
use kettle::time::interval;

async fn write(mut lines: Receiver<String>, mut collector: TcpStream) -> std::io::Result<usize> {
    let mut written = 0;
    while let Some(line) = lines.recv().await {
        collector.write_all(line.as_bytes()).await?;
        written += line.len();
    }
    collector.shutdown().await?;
    Ok(written)
}

async fn request(number: usize, protocol: Sender<String>) {
    for part in 0..10 {
        let line = format!("request {number}, part {part}\n").repeat(2000);
        protocol.send(line).await.expect("a writer");
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let collector = thread::spawn(move || {
        let (mut service, _) = listener.accept()?;
        thread::sleep(Duration::from_millis(2500));
        let mut protocol = Vec::new();
        service.read_to_end(&mut protocol)
    });
    let alive = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    let (protocol, lines) = mpsc::channel(4);
    let writer = kettle::spawn(write(lines, TcpStream::connect(address).await?));
    let mut requests = JoinSet::new();
    for number in 0..20 {
        requests.spawn(request(number, protocol.clone()));
    }
    drop(protocol);
    requests.join_all().await;
    let written = writer.await??;
    alive.abort();
    assert_eq!(collector.join().unwrap()?, written);
    println!("{written} bytes");
    Ok(())
}
