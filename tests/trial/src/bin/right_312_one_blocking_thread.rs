//! On a small device the runtime has one thread for blocking jobs. An indexer is such a job; then a file is read, for which it needs the thread.
//!
//! Right: the lines come from a task that needs no blocking thread, and the file waits until the indexer has ended.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::spawn_blocking;
use kettle::time::sleep;

fn index(mut lines: Receiver<String>) -> usize {
    let mut words = 0;
    while let Some(line) = lines.blocking_recv() {
        words += line.split_whitespace().count();
    }
    words
}

async fn dictate(feed: Sender<String>) {
    for line in ["one two three", "four five", "six"] {
        sleep(Duration::from_millis(400)).await;
        if feed.send(line.to_owned()).await.is_err() {
            return;
        }
    }
}

async fn work() -> std::io::Result<(usize, usize)> {
    let (feed, lines) = mpsc::channel(64);
    let indexer = spawn_blocking(move || index(lines));
    let speaker = kettle::spawn(dictate(feed));
    let length = kettle::fs::metadata("Cargo.toml").await?.len(); // after the indexer
    speaker.await?;
    Ok((indexer.await?, length as usize))
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()?;
    let (words, length) = runtime.block_on(work())?;
    println!("{words} words, and a file: {}", length > 0);
    Ok(())
}
