//! Sessions write lines into a log, a small pipe in memory; one that takes too long is ended.

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};
use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

type Log = Arc<Mutex<DuplexStream>>;

async fn session(name: &'static str, words: usize, log: Log) -> io::Result<()> {
    sleep(Duration::from_millis(10)).await;
    let line = format!("{name}:{}\n", " and so on".repeat(words));
    let mut log = log.lock().await;
    log.write_all(line.as_bytes()).await?;
    log.write_all(b"--\n").await
}

async fn archive(log: DuplexStream) -> io::Result<Vec<String>> {
    let mut lines = BufReader::new(log).lines();
    let mut kept = Vec::new();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("ida") {
            sleep(Duration::from_millis(200)).await; // the disk is cleaned
        }
        kept.push(line);
    }
    Ok(kept)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (log, other) = duplex(64);
    let archive = kettle::spawn(archive(other));
    let log = Arc::new(Mutex::new(log));
    let mut sessions = Vec::new();
    for (name, words) in [("ida", 2), ("anna", 30), ("otto", 3), ("emil", 4)] {
        sessions.push(kettle::spawn(session(name, words, Arc::clone(&log))));
    }
    drop(log);
    for mut session in sessions {
        if timeout(Duration::from_millis(120), &mut session).await.is_err() {
            session.abort();
        }
    }
    for line in archive.await?? {
        println!("{line}");
    }
    Ok(())
}
