//! A library for downloads tells its progress through a channel. A program that isn't interested has to put up with it.
//!
//! Wrong: it keeps the receiver in `_progress`, so that `send` doesn't fail, and never receives. After sixteen reports the
//! download waits for room.
//!
//! Expected: `deadlock` of `main` and the download, at a full channel from which no task has received. The cure: drop the
//! receiver (the library ignores the error of `send`), or receive.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::JoinHandle;
use kettle::time::sleep;

/// The library.
mod download {
    use super::{Duration, JoinHandle, Receiver, Sender, mpsc, sleep};

    pub(crate) struct Progress {
        pub(crate) bytes: usize,
    }

    async fn run(url: &'static str, progress: Sender<Progress>) -> Vec<u8> {
        let mut page = Vec::new();
        for part in 0..40 {
            sleep(Duration::from_millis(2)).await;
            page.extend_from_slice(format!("part {part} of {url}\n").as_bytes());
            let _ = progress.send(Progress { bytes: page.len() }).await;
        }
        page
    }

    pub(crate) fn start(url: &'static str) -> (JoinHandle<Vec<u8>>, Receiver<Progress>) {
        let (send, progress) = mpsc::channel(16);
        (kettle::spawn(run(url, send)), progress)
    }
}

#[kettle::main]
async fn main() {
    let (first, mut progress) = download::start("tea.example/leaves");
    while let Some(progress) = progress.recv().await {
        println!("{} bytes", progress.bytes);
    }
    println!("the first has {} bytes", first.await.unwrap().len());

    let (second, _progress) = download::start("tea.example/cups");
    println!("the second has {} bytes", second.await.unwrap().len());
}
