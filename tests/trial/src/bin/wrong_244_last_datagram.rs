//! Measurements come as datagrams over a pair of Unix sockets; the reader adds them up to the end.
//!
//! Wrong: it takes 0 bytes for the end, as with a stream. Datagrams have no end: when the sender is dropped, nothing comes at all.
//!
//! Expected: `deadlock`: task 1 waits for a socket whose other end is gone, and `main` for task 1. The cure: a datagram that says "the end", or
//! `shutdown` by the sender.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io;
use kettle::net::UnixDatagram;

async fn add_up(measured: UnixDatagram) -> io::Result<u32> {
    let mut sum = 0;
    let mut buffer = [0; 4];
    loop {
        match measured.recv(&mut buffer).await? {
            0 => return Ok(sum),
            _ => sum += u32::from_le_bytes(buffer),
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (probe, measured) = UnixDatagram::pair()?;
    let sum = kettle::spawn(add_up(measured));
    for value in [12_u32, 30, 7] {
        probe.send(&value.to_le_bytes()).await?;
    }
    drop(probe);
    println!("{}", sum.await.unwrap()?);
    Ok(())
}
