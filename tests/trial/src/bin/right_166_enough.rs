//! A search sends what it finds, until the one who asked has enough: `closed()` tells it so.
//!
//! Right: for two seconds the search waits in `closed()` for a receiver's end, and the receiver's thread reads what it has. `main`
//! waits for the search alone. Nothing else is to happen in between.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::mpsc;

async fn search(found: mpsc::Sender<u32>) -> u32 {
    for n in 0..8 {
        if found.send(n * 11).await.is_err() {
            return n;
        }
    }
    found.closed().await; // there may be questions about what was found
    8
}

#[kettle::main]
async fn main() {
    let (found, mut findings) = mpsc::channel(3);
    let reader = thread::spawn(move || {
        let mut read = Vec::new();
        while let Some(one) = findings.blocking_recv() {
            read.push(one);
            if read.len() == 8 {
                thread::sleep(Duration::from_secs(2));
                break;
            }
        }
        read
    });
    println!("{} found", kettle::spawn(search(found)).await.unwrap());
    println!("{:?}", reader.join().unwrap());
}
