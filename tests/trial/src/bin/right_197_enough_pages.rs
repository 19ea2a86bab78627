//! A scanner sends its pages and waits for `closed`; the reader takes three and goes.
//!
//! Right: the receiver is dropped, which ends the wait. Two pages that nobody takes are in the channel as it goes.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (pages, mut read) = mpsc::channel(2);
    let scanner = kettle::spawn(async move {
        for page in 0..5_u8 {
            pages.send(vec![page; 100]).await.unwrap();
        }
        pages.closed().await;
        "lamp off"
    });
    let reader = kettle::spawn(async move {
        let mut bytes = 0;
        for _ in 0..3 {
            bytes += read.recv().await.unwrap().len();
        }
        sleep(Duration::from_millis(1_500)).await; // reads
        bytes
    });
    println!("{} bytes, {}", reader.await.unwrap(), scanner.await.unwrap());
}
