//! A driver for a device calls back on a thread of its own; the callback hands each event to a task by the runtime's
//! handle, and counts it.
//!
//! Wrong: the callback holds the count's lock (std's) while it waits in `Handle::block_on` for room in the channel. The
//! task that makes room wants the count first, and blocks the runtime's thread.
//!
//! Expected: `blocking_poll`, of a poll that never ends. The cure: let the callback give back the lock before it sends.
//!
//! doctor: `blocking_poll` | `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[derive(Default)]
struct Count {
    seen: u32,
    handled: u32,
}

fn device(handle: Handle, events: mpsc::Sender<u32>, count: Arc<Mutex<Count>>) {
    thread::spawn(move || {
        for event in 0..20 {
            thread::sleep(Duration::from_millis(2)); // the device
            let mut count = count.lock().unwrap();
            if handle.block_on(events.send(event)).is_ok() {
                count.seen += 1;
            }
        }
    });
}

#[kettle::main]
async fn main() {
    let count = Arc::new(Mutex::new(Count::default()));
    let (send, mut events) = mpsc::channel(2);
    device(Handle::current(), send, count.clone());
    let handler = kettle::spawn({
        let count = count.clone();
        async move {
            while let Some(event) = events.recv().await {
                sleep(Duration::from_millis(10)).await; // what it means
                let mut count = count.lock().unwrap();
                count.handled += 1;
                println!("event {event}: {} of {}", count.handled, count.seen);
            }
        }
    });
    handler.await.unwrap();
}
