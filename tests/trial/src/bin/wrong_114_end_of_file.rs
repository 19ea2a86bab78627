//! A collector reads frames from its probes by TCP: a byte with the length, then so many bytes.
//!
//! Wrong: it takes 0 bytes for "nothing yet". At the end of a connection `read` gives 0 at once, and always, so the task of
//! a probe that has hung up reads and reads.
//!
//! Expected: `busy_loop`. The cure: 0 bytes are the end: leave the loop.
//!
//! doctor: `busy_loop`
//! ends: killed

use std::io;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::mpsc::{self, Sender};
use kettle::time::sleep;

fn take_frame(kept: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = 1 + usize::from(*kept.first()?);
    (kept.len() >= end).then(|| kept.drain(..end).skip(1).collect())
}

async fn collect(mut probe: TcpStream, frames: Sender<Vec<u8>>) -> io::Result<()> {
    let mut kept = Vec::new();
    let mut bytes = [0; 256];
    loop {
        let length = probe.read(&mut bytes).await?;
        kept.extend_from_slice(&bytes[..length]);
        while let Some(frame) = take_frame(&mut kept) {
            if frames.send(frame).await.is_err() {
                return Ok(());
            }
        }
    }
}

async fn probe(address: std::net::SocketAddr, number: u8) -> io::Result<()> {
    let mut collector = TcpStream::connect(address).await?;
    for value in 0..5 {
        collector.write_all(&[2, number, value]).await?;
        sleep(Duration::from_millis(20)).await;
    }
    collector.shutdown().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(probe(address, 1));
    kettle::spawn(probe(address, 2));
    let (send, mut frames) = mpsc::channel(8);
    for _ in 0..2 {
        let (probe, _) = listener.accept().await?;
        kettle::spawn(collect(probe, send.clone()));
    }
    drop(send);
    while let Some(frame) = frames.recv().await {
        println!("{frame:?}");
    }
    println!("all probes have hung up");
    Ok(())
}
