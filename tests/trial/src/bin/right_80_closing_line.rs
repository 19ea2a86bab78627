//! Sessions of an old library run in `spawn_blocking`. When one is dropped it writes its last line with a small `block_on`
//! of its own, into a queue that is full; the writer takes a line each 300 ms.
//!
//! Right: the thread that waits in `drop` is one of the pool, and the runtime's own thread goes on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Session {
    number: u32,
    protocol: Sender<String>,
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = block_on(self.protocol.send(format!("session {} has ended", self.number)));
    }
}

async fn write(mut protocol: Receiver<String>) {
    while let Some(line) = protocol.recv().await {
        sleep(Duration::from_millis(300)).await; // a printer
        println!("{line}");
    }
}

#[kettle::main]
async fn main() {
    let (protocol, lines) = mpsc::channel(1);
    let writer = kettle::spawn(write(lines));
    let mut sessions = JoinSet::new();
    for number in 1..=8 {
        let session = Session { number, protocol: protocol.clone() };
        sessions.spawn_blocking(move || drop(session));
    }
    drop(protocol);
    sessions.join_all().await;
    writer.await.unwrap();
}
