//! A driver for a device calls back on a thread of its own, which hands events to a task by `Handle::block_on`, with a lock
//! of std's in its hand, and waits for room each time.
//!
//! Right: the task that makes room never waits for that lock: it takes it by `try_lock`, and counts later if it is taken.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::mpsc;
use kettle::time::sleep;

fn device(handle: Handle, events: mpsc::Sender<u32>, seen: Arc<Mutex<u32>>) {
    thread::spawn(move || {
        let mut seen = seen.lock().unwrap();
        for event in 0..12 {
            if handle.block_on(events.send(event)).is_ok() {
                *seen += 1;
            }
        }
    });
}

#[kettle::main]
async fn main() {
    let seen = Arc::new(Mutex::new(0));
    let (send, mut events) = mpsc::channel(1);
    device(Handle::current(), send, seen.clone());
    let handler = kettle::spawn(async move {
        let mut busy = 0;
        while let Some(event) = events.recv().await {
            sleep(Duration::from_millis(200)).await; // what it means
            match seen.try_lock() {
                Ok(seen) => println!("event {event} of {seen}"),
                Err(_) => busy += 1,
            }
        }
        busy
    });
    println!("{} events were not counted", handler.await.unwrap());
}
