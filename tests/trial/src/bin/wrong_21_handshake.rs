//! Two peers of a protocol exchange their tables over a stream, then go on.
//!
//! The mistake: both write the whole table before they read. A table is larger than what the stream
//! holds, so both wait for room that only the other's reading would make.
//!
//! Expected: a deadlock: two tasks wait to write to each other's full stream. Cure: read and write at
//! the same time (split the stream, `join!`), or let one side begin with reading.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, DuplexStream};

const TABLE: usize = 10_000;

async fn exchange(mut peer: DuplexStream, mine: u8) -> io::Result<u8> {
    let table = vec![mine; TABLE];
    peer.write_u32(u32::try_from(table.len()).unwrap_or(u32::MAX)).await?;
    peer.write_all(&table).await?;
    let length = peer.read_u32().await? as usize;
    let mut theirs = vec![0; length];
    peer.read_exact(&mut theirs).await?;
    Ok(theirs[length - 1])
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (left, right) = io::duplex(4096);
    let left = kettle::spawn(exchange(left, 1));
    let right = kettle::spawn(exchange(right, 2));
    println!("left got {}", left.await??);
    println!("right got {}", right.await??);
    Ok(())
}
