//! Sessions write what they have done to a protocol. The last line is written when the session is dropped, whatever the
//! reason.
//!
//! Wrong: `drop` isn't async, so it drives the `send` with a small `block_on` of its own. The protocol's queue is full,
//! and the task that would empty it is one of the same thread.
//!
//! Expected: `blocking_poll`, of a poll that never ends. The cure: no `block_on` inside a task; a queue without a limit,
//! `try_send`, or an async `close` that is called before the drop.
//!
//! doctor: `blocking_poll`
//! ends: killed

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

async fn run(session: Session) {
    let begin = format!("session {} begins", session.number);
    let _ = session.protocol.send(begin).await;
    sleep(Duration::from_millis(40)).await;
}

async fn write(mut protocol: Receiver<String>) {
    while let Some(line) = protocol.recv().await {
        sleep(Duration::from_millis(5)).await; // the disk
        println!("{line}");
    }
}

#[kettle::main]
async fn main() {
    let (protocol, lines) = mpsc::channel(2);
    let writer = kettle::spawn(write(lines));
    let mut sessions = JoinSet::new();
    for number in 1..=8 {
        sessions.spawn(run(Session { number, protocol: protocol.clone() }));
    }
    drop(protocol);
    sessions.join_all().await;
    writer.await.unwrap();
}
