//! An archive with tens of thousands of small files in memory is read, each to its end. All is there already, so no read has
//! to wait.
//!
//! Right: the end of a stream is read at one line for two seconds, but each time it is another stream's. A clock beside it
//! gets its turns.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::time::{Instant, interval};

async fn file(number: usize) -> io::Result<DuplexStream> {
    let (mut write, read) = duplex(64);
    if !number.is_multiple_of(3) {
        write.write_all(b"tea").await?; // a third of them is empty
    }
    Ok(read)
}

async fn length(mut file: DuplexStream) -> io::Result<usize> {
    let mut sum = 0;
    let mut bytes = [0; 16];
    loop {
        let length = file.read(&mut bytes).await?;
        if length == 0 {
            return Ok(sum);
        }
        sum += length;
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let clock = kettle::spawn(async {
        let mut ticks = interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            println!("tick");
        }
    });
    let reader = kettle::spawn(async {
        let begun = Instant::now();
        let mut files = 0;
        let mut sum = 0;
        while begun.elapsed() < Duration::from_secs(2) {
            files += 1;
            sum += length(file(files).await?).await?;
        }
        Ok::<_, io::Error>((files, sum))
    });
    let (files, sum) = reader.await??;
    println!("{files} files with {sum} bytes");
    clock.abort();
    Ok(())
}
