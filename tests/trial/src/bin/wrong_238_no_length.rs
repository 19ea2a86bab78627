//! A meter sends its readings over a Unix socket, one a second; a task reads them while another one shows that the house is well.
//!
//! Wrong: `Vec::with_capacity(64)` has a length of 0, so `read` has no place for a byte and is ready at once, with 0. The task takes that
//! for "nothing yet".
//!
//! Expected: `busy_loop` of task 1 in its `read`, or `never_yields`. The cure: a buffer with a length (`vec![0; 64]`), or `read_buf`.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: killed

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::time::sleep;

async fn read_meter(mut line: UnixStream) -> io::Result<u32> {
    let mut buffer = Vec::with_capacity(64);
    let mut sum = 0;
    while sum < 100 {
        let length = line.read(&mut buffer).await?;
        sum += buffer[..length].iter().map(|byte| u32::from(*byte)).sum::<u32>();
    }
    Ok(sum)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (line, mut meter) = UnixStream::pair()?;
    let reading = kettle::spawn(read_meter(line));
    for _ in 0..5 {
        sleep(Duration::from_secs(1)).await;
        meter.write_all(&[25]).await?;
        println!("the house is well");
    }
    println!("{} kWh", reading.await.unwrap()?);
    Ok(())
}
