//! A scanner sends its pages, and waits until the reader has had enough.
//!
//! Wrong: `closed` is ready when the receiver is gone, and the reader goes when the last sender is: each waits for the other.
//!
//! Expected: `deadlock`: task 1 waits for channel 1 to be closed, `main` for a value or its end. The cure: drop the sender in place
//! of waiting for `closed` (or close the receiver).
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn scan(pages: mpsc::Sender<Vec<u8>>) {
    for page in 0..5 {
        sleep(Duration::from_millis(8)).await;
        if pages.send(vec![page; 100]).await.is_err() {
            return;
        }
    }
    pages.closed().await; // all are read
}

#[kettle::main]
async fn main() {
    let (pages, mut read) = mpsc::channel(2);
    let scanner = kettle::spawn(scan(pages));
    let mut bytes = 0;
    while let Some(page) = read.recv().await {
        bytes += page.len();
    }
    scanner.await.unwrap();
    println!("{bytes} bytes");
}
