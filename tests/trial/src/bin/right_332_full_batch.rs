//! A writer collects records into a batch with `recv_many`, and asks for as many as still fit. The disk takes a batch when its task says so.
//!
//! Right: when the batch is full, the writer waits for the disk, and so it never asks for none.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::rc::Rc;

use kettle::sync::{Notify, mpsc};
use kettle::task::LocalSet;
use kettle::time::{Duration, sleep};

const FULL: usize = 8;

async fn writer(mut records: mpsc::Receiver<u32>, ready: Rc<Notify>) -> u32 {
    let mut batch = Vec::with_capacity(FULL);
    let mut written = 0;
    loop {
        let room = FULL - batch.len();
        if records.recv_many(&mut batch, room).await == 0 {
            return written;
        }
        if batch.len() == FULL {
            ready.notified().await;
            written += batch.drain(..).sum::<u32>();
        }
    }
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let (tx, records) = mpsc::channel(64);
    let ready = Rc::new(Notify::new());
    let disk = Rc::clone(&ready);
    local.spawn_local(async move {
        loop {
            sleep(Duration::from_millis(20)).await;
            disk.notify_one();
        }
    });
    for record in 0..40 {
        tx.send(record).await.unwrap();
    }
    drop(tx);
    println!("{} written", local.run_until(writer(records, ready)).await);
}
