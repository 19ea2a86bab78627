//! A server logs into a Unix socket of std's, which is taken slowly, from a blocking job that receives the lines.
//!
//! Right: the job blocks, and the tasks go on; they wait for room in the channel.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::spawn_blocking;
use kettle::time::sleep;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (mut log, mut taken) = UnixStream::pair()?;
    let disk = thread::spawn(move || {
        let (mut buffer, mut bytes) = (vec![0; 200_000], 0);
        while let Ok(n @ 1..) = taken.read(&mut buffer) {
            bytes += n;
            thread::sleep(Duration::from_millis(400));
        }
        bytes
    });
    let (lines, mut written) = mpsc::channel::<String>(2);
    let logger = spawn_blocking(move || {
        while let Some(line) = written.blocking_recv() {
            log.write_all(line.as_bytes())?;
        }
        std::io::Result::Ok(())
    });
    for request in 0..12 {
        sleep(Duration::from_millis(10)).await;
        lines.send(format!("{request}: {}\n", "x".repeat(60_000))).await.unwrap();
    }
    drop(lines);
    logger.await.unwrap()?;
    println!("{} bytes", disk.join().unwrap());
    Ok(())
}
