// Misconception 21: `block_on` is fine in async code, if it is another crate's.
//
// What happens: a task counts guests by the `block_on` of another executor. kettle can't notice
// that one, so it runs. But a task has a budget of 128 operations for one poll. When the budget is
// spent, kettle's futures return `Pending`, and their wakers are called after the poll. This poll
// never ends: the foreign `block_on` sleeps inside it until that waker is called.
//
// The doctor: `kettle::blocking_poll`, while the poll goes on. In a debug build a thread of the
// doctor's own watches the polls.
//
// The fix: `.await` in place of `block_on`; or `kettle::task::spawn_blocking` around it.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};

use kettle::sync::mpsc;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        self.0.unpark();
    }
}

/// What other crates call `block_on`.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Arc::new(Unpark(thread::current())).into();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[kettle::main]
async fn main() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    for guest in 0..200 {
        tx.send(guest).expect("rx is here");
    }
    drop(tx);
    let guests = kettle::spawn(async move {
        let mut guests = 0;
        while block_on(rx.recv()).is_some() {
            guests += 1;
        }
        guests
    });
    println!("{} guests (never printed).", guests.await.expect("no panic"));
}
