// Log lines go through a pipe to a shipper, which compresses them from the twentieth block on.
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::unix::pipe;
use kettle::time::{Instant, sleep};

const BLOCK: usize = 16 * 1024;
const BLOCKS: usize = 40;

/// A block each ten milliseconds.
async fn logger(mut pipe: pipe::Sender) -> std::io::Result<()> {
    let block = vec![b'x'; BLOCK];
    for _ in 0..BLOCKS {
        sleep(Duration::from_millis(10)).await;
        pipe.write_all(&block).await?;
    }
    Ok(())
}

async fn shipper(mut pipe: pipe::Receiver) -> std::io::Result<usize> {
    let mut block = vec![0; BLOCK];
    let mut shipped = 0;
    for number in 0..BLOCKS {
        pipe.read_exact(&mut block).await?;
        if number >= 20 {
            compress().await;
        }
        shipped += block.len();
    }
    Ok(shipped)
}

async fn compress() {
    sleep(Duration::from_millis(60)).await;
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let began = Instant::now();
    let (to_shipper, logs) = pipe::pipe()?;
    let logger = kettle::spawn(logger(to_shipper));
    let shipper = kettle::spawn(shipper(logs));
    logger.await.unwrap()?;
    println!("logged after {:?}", began.elapsed());
    let shipped = shipper.await.unwrap()?;
    println!("{shipped} bytes shipped after {:?}", began.elapsed());
    Ok(())
}
