//! A server writes its log into a Unix socket of std's; the process behind it (a thread here) takes it slowly.
//!
//! Wrong: when the socket is full, `write_all` blocks the thread of all tasks until there is room.
//!
//! Expected: `blocking_poll` of the task that logs: half a second and more. The cure: `kettle::net::UnixStream`, or a thread of
//! its own (`spawn_blocking`).
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use kettle::time::{interval, sleep};

async fn serve(mut log: UnixStream) -> std::io::Result<()> {
    for request in 0..12 {
        sleep(Duration::from_millis(10)).await;
        let line = format!("request {request}: {}\n", "x".repeat(60_000));
        log.write_all(line.as_bytes())?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (log, mut taken) = UnixStream::pair()?;
    let logger = thread::spawn(move || {
        let mut buffer = vec![0; 200_000];
        let mut bytes = 0;
        while let Ok(n @ 1..) = taken.read(&mut buffer) {
            bytes += n;
            thread::sleep(Duration::from_millis(700)); // a slow disk
        }
        bytes
    });
    let heart = kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(50));
        loop {
            beat.tick().await;
        }
    });
    kettle::spawn(serve(log)).await.unwrap()?;
    heart.abort();
    println!("{} bytes logged", logger.join().unwrap());
    Ok(())
}
