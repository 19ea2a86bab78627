//! A client of an echo service sends a document, and compares what comes back. Both are in one program, at the two ends of
//! a `duplex` pipe.
//!
//! Right: the pipe is full in both directions all the time, and each end often waits for room. But the client reads while it
//! writes, in two branches of `try_join!`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream};
use kettle::time::sleep;

async fn slow_echo(mut pipe: DuplexStream) -> io::Result<u64> {
    let mut piece = [0; 64];
    let mut echoed = 0;
    loop {
        let n = pipe.read(&mut piece).await?;
        if n == 0 {
            return Ok(echoed);
        }
        sleep(Duration::from_millis(5)).await;
        pipe.write_all(&piece[..n]).await?;
        echoed += n as u64;
    }
}

async fn there_and_back(pipe: DuplexStream, document: &str) -> io::Result<bool> {
    let (mut from, mut to) = io::split(pipe);
    let mut back = String::new();
    kettle::try_join!(
        async {
            to.write_all(document.as_bytes()).await?;
            to.shutdown().await
        },
        from.read_to_string(&mut back),
    )?;
    Ok(back == document)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (client, service) = io::duplex(100);
    let service = kettle::spawn(slow_echo(service));
    let document = "All work and no play makes Jack a dull boy.\n".repeat(200);
    assert!(there_and_back(client, &document).await?);
    assert_eq!(service.await??, document.len() as u64);
    Ok(())
}
