//! A log: lines go through a `sync_channel` of std's to a thread that writes them slowly.
//!
//! Right: the task never blocks in `send`: it tries, and if there is no room it sleeps a bit. At the end a blocking job waits for the thread.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::mpsc::{Receiver, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::sleep;

fn write(lines: Receiver<String>) -> usize {
    let mut written = 0;
    for line in lines {
        thread::sleep(Duration::from_millis(60)); // a slow line printer
        written += line.len().min(1);
    }
    written
}

#[kettle::main]
async fn main() {
    let (log, lines) = sync_channel::<String>(2);
    let writer = thread::spawn(move || write(lines));
    let mut waits = 0;
    for order in 1..=20 {
        let mut line = format!("order {order} has come");
        loop {
            match log.try_send(line) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => line = back,
                Err(TrySendError::Disconnected(_)) => panic!("the writer has gone"),
            }
            waits += 1;
            sleep(Duration::from_millis(15)).await;
        }
    }
    drop(log);
    let written = spawn_blocking(move || writer.join().unwrap()).await.unwrap();
    println!("{written} lines are written, with pauses: {}", waits > 0);
}
