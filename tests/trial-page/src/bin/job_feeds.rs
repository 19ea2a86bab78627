//! Reading `b.log` takes a tenth of a second. Why did its job take half a second?

use std::mem;
use std::thread;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::spawn_blocking;
use kettle::time::sleep;

/// Reads a file line by line, on a thread of the pool.
fn read(name: &str, lines: usize, to: &Sender<String>) {
    for number in 0..lines {
        thread::sleep(Duration::from_millis(5)); // "the disk"
        let line = format!("{name} {number}");
        if to.blocking_send(line).is_err() {
            return;
        }
    }
}

async fn upload(batch: Vec<String>) {
    assert!(!batch.is_empty());
    sleep(Duration::from_millis(150)).await;
}

async fn index(mut lines: Receiver<String>) -> usize {
    let mut batch = Vec::new();
    let mut count = 0;
    while let Some(line) = lines.recv().await {
        count += 1;
        batch.push(line);
        if batch.len() == 8 {
            upload(mem::take(&mut batch)).await;
        }
    }
    count
}

#[kettle::main]
async fn main() {
    let (to, lines) = mpsc::channel(4);
    let index = kettle::spawn(index(lines));
    let second = to.clone();
    let a = spawn_blocking(move || read("a.log", 12, &to));
    let b = spawn_blocking(move || read("b.log", 20, &second));
    a.await.expect("a.log");
    b.await.expect("b.log");
    println!("{} lines", index.await.expect("the index"));
}
