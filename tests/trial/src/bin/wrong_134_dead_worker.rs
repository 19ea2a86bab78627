//! A queue for numbers to be added up. The receiver is in an `Arc<Mutex>`, so that another worker can be started when there
//! is much to do.
//!
//! Wrong: the one worker panics at a line that is no number, and nobody looks at its handle. `main` still has the receiver
//! in its hands, so the channel stays open, fills, and `main` waits for room.
//!
//! Expected: `deadlock` of `main` at a full channel, with a word about the task that panicked. The cure: look at the
//! worker's handle (or start a new one), or don't keep the receiver in `main`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;

use kettle::sync::Mutex;
use kettle::sync::mpsc::{self, Receiver};
use kettle::task::JoinHandle;

#[derive(Clone)]
struct Workers {
    lines: Arc<Mutex<Receiver<String>>>,
    sum: Arc<Mutex<u64>>,
}

impl Workers {
    async fn work(self) {
        loop {
            let line = self.lines.lock().await.recv().await;
            let Some(line) = line else { return };
            let number: u64 = line.trim().parse().expect("a number");
            *self.sum.lock().await += number;
        }
    }

    fn start_one(&self) -> JoinHandle<()> {
        kettle::spawn(self.clone().work())
    }
}

#[kettle::main]
async fn main() {
    let (send, lines) = mpsc::channel(4);
    let workers = Workers { lines: Arc::new(Mutex::new(lines)), sum: Arc::default() };
    let worker = workers.start_one();
    for line in "3 1 4 1 5 9 two 6 5 3 5 8 9 7 9".split(' ') {
        send.send(line.to_owned()).await.expect("a worker");
    }
    drop(send);
    worker.await.expect("no panic");
    println!("{}", workers.sum.lock().await);
}
