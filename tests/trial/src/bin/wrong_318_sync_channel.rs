//! A log: lines go through a `sync_channel` of std's to a task that writes them. The task looks every 20 ms whether there are any.
//!
//! Wrong: when the channel is full, `send` blocks the thread, and the task that would make room is of the same thread.
//!
//! Expected: `blocking_poll` of `main`, a poll that never ends. The cure: a bounded channel of `kettle::sync::mpsc`, with `send(…).await`; or
//! `try_send`; or a thread that writes.
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::Duration;

use kettle::time::sleep;

async fn write(lines: Receiver<String>) -> usize {
    let mut written = 0;
    loop {
        match lines.try_recv() {
            Ok(line) => {
                println!("{line}");
                written += 1;
            }
            Err(TryRecvError::Empty) => sleep(Duration::from_millis(20)).await,
            Err(TryRecvError::Disconnected) => return written,
        }
    }
}

#[kettle::main]
async fn main() {
    let (log, lines) = sync_channel::<String>(4);
    let writer = kettle::spawn(write(lines));
    for order in 1..=10 {
        log.send(format!("order {order} has come")).unwrap();
        if order % 3 == 0 {
            log.send(format!("orders up to {order} are packed")).unwrap();
        }
    }
    drop(log);
    println!("{} lines are written", writer.await.unwrap());
}
