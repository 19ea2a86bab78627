//! On a small device the runtime may have one thread for blocking jobs. An indexer is such a job; it is fed with the lines of a file.
//!
//! Wrong: the file is read by a blocking job, too, and the only thread is taken by the indexer, which waits for lines.
//!
//! Expected: `deadlock`: `main` waits for a job that waits for a thread; the one thread has the indexer, which waits for values of the channel
//! whose sender `main` has. The cure: raise `max_blocking_threads`; or read the file before the indexer begins; or give the indexer a
//! `std::thread` of its own.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::runtime::Builder;
use kettle::sync::mpsc::{self, Receiver};
use kettle::task::spawn_blocking;

fn index(mut lines: Receiver<String>) -> usize {
    let mut words = 0;
    while let Some(line) = lines.blocking_recv() {
        words += line.split_whitespace().count();
    }
    words
}

async fn index_file(path: &str) -> std::io::Result<usize> {
    let (feed, lines) = mpsc::channel(64);
    let indexer = spawn_blocking(move || index(lines));
    let text = kettle::fs::read_to_string(path).await?;
    for line in text.lines() {
        if feed.send(line.to_owned()).await.is_err() {
            break;
        }
    }
    drop(feed);
    Ok(indexer.await?)
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()?;
    let words = runtime.block_on(index_file("Cargo.toml"))?;
    println!("{words} words");
    Ok(())
}
