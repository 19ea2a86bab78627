//! A client of an echo service sends a document, and compares what comes back. Both are in one program, at the two ends of
//! a `duplex` pipe.
//!
//! Wrong: the client reads nothing before it has written all. The service sends back each piece at once, so after two
//! kilobytes both directions are full, and each end waits for the other one to read.
//!
//! Expected: `deadlock` of `main` and the service, each at its `write_all`. The cure: `split` the client's end, and read while
//! the other half is written.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream};

async fn echo(mut pipe: DuplexStream) -> io::Result<u64> {
    let mut piece = [0; 256];
    let mut echoed = 0;
    loop {
        let n = pipe.read(&mut piece).await?;
        if n == 0 {
            return Ok(echoed);
        }
        pipe.write_all(&piece[..n]).await?;
        echoed += n as u64;
    }
}

async fn there_and_back(mut pipe: DuplexStream, document: &str) -> io::Result<bool> {
    pipe.write_all(document.as_bytes()).await?;
    pipe.shutdown().await?;
    let mut back = String::new();
    pipe.read_to_string(&mut back).await?;
    Ok(back == document)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (client, service) = io::duplex(1024);
    let service = kettle::spawn(echo(service));
    let document = "All work and no play makes Jack a dull boy.\n".repeat(200);
    println!("the same: {}", there_and_back(client, &document).await?);
    println!("{} bytes echoed", service.await??);
    Ok(())
}
