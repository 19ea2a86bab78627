//! A plug-in runs futures with a small executor of its own, a `block_on` that parks its thread, and talks to kettle's tasks
//! by kettle's channels, locks and semaphores.
//!
//! Right: two threads are parked in that `block_on` for two seconds, and `main` waits for a value from them. The wakers that the
//! channels have are the threads'.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let (mut future, mut cx) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[kettle::main]
async fn main() {
    let turns = Arc::new(Semaphore::new(1));
    let (done, mut results) = mpsc::channel(1);
    for name in ["blur", "sharpen"] {
        let (turns, done) = (Arc::clone(&turns), done.clone());
        thread::spawn(move || {
            block_on(async {
                for round in 1..3 {
                    let _turn = turns.acquire().await.expect("it is open");
                    thread::sleep(Duration::from_millis(1100)); // its own thread
                    let _ = done.send((name, round)).await;
                }
            });
        });
    }
    drop(done);
    while let Some((name, round)) = results.recv().await {
        println!("{name}, {round}");
    }
}
