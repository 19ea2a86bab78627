//! A file format is read with `AsyncRead`, so that files and connections are read by the same code. Here the file is in
//! memory. A heart beats every 20 ms.
//!
//! Wrong: a slice is always ready. No `.await` in `checksum` ever waits, so nothing else runs until all of it is read.
//!
//! Expected: `never_yields` in `checksum`. The cure: let others run now and then (`task::coop::consume_budget` or `yield_now`),
//! or read a slice without `async`, on a thread for such work.
//!
//! doctor: `never_yields`

use std::time::Duration;

use kettle::io::{self, AsyncRead, AsyncReadExt};
use kettle::time::{Instant, interval};

async fn checksum(mut file: impl AsyncRead + Unpin) -> io::Result<u32> {
    let records = file.read_u32().await?;
    let mut sum: u32 = 0;
    for _ in 0..records {
        let kind = file.read_u8().await?;
        let value = file.read_u16().await?;
        sum = sum.rotate_left(1) ^ (u32::from(kind) << 16 | u32::from(value));
    }
    Ok(sum)
}

fn make_file(records: u32) -> Vec<u8> {
    let mut file = records.to_be_bytes().to_vec();
    file.extend((0..records).flat_map(|n| [n.to_le_bytes()[1] % 5, n.to_le_bytes()[0], 7]));
    file
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let file = make_file(4_000_000);
    let heart = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(20));
        let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
        for _ in 0..20 {
            clock.tick().await;
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        longest
    });
    kettle::time::sleep(Duration::from_millis(50)).await;
    println!("{:08x}", checksum(&file[..]).await?);
    println!("the longest pause of the heart: {:?}", heart.await?);
    Ok(())
}
