//! A writer collects records into a batch with `recv_many`, and asks for as many as still fit. The disk takes a batch when its task says so.
//!
//! Wrong: when the batch is full, it asks for none: `recv_many` with a limit of 0 is ready at once, and the loop goes round, and never lets the disk's task run.
//!
//! Expected: `never_yields` of `main`, whose poll never ends, or `busy_loop` at the `recv_many`. The cure: when the batch is full, await the disk (not `recv_many(…, 0)`), e.g. `disk_ready.notified().await`, or a precondition.
//!
//! doctor: `never_yields` | `busy_loop`
//! ends: by itself

use std::cell::Cell;
use std::rc::Rc;

use kettle::sync::mpsc;
use kettle::task::LocalSet;
use kettle::time::{Duration, sleep};

const FULL: usize = 8;

async fn writer(mut records: mpsc::Receiver<u32>, ready: Rc<Cell<bool>>) -> u32 {
    let mut batch = Vec::with_capacity(FULL);
    let mut written = 0;
    loop {
        let room = FULL - batch.len();
        let got = records.recv_many(&mut batch, room).await;
        if got == 0 && room > 0 {
            return written;
        }
        if batch.len() == FULL && ready.replace(false) {
            written += batch.drain(..).sum::<u32>();
        }
    }
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let (tx, records) = mpsc::channel(64);
    let ready = Rc::new(Cell::new(true));
    let disk = Rc::clone(&ready);
    local.spawn_local(async move {
        for _ in 0..20 {
            sleep(Duration::from_millis(1500)).await;
            disk.set(true);
        }
    });
    for record in 0..40 {
        tx.send(record).await.unwrap();
    }
    drop(tx);
    println!("{} written", local.run_until(writer(records, ready)).await);
}
