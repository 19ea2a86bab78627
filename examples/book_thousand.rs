// Another thread wakes a task a thousand times. How many messages come, and how many polls?

use std::future::poll_fn;
use std::task::Poll;
use std::thread;

use kettle::runtime::Builder;
use kettle::trace::{Ledger, record};

fn main() {
    let ((), records) = record(|| {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let mut polls = 0;
        runtime.block_on(poll_fn(|cx| {
            polls += 1;
            if polls > 1 {
                return Poll::Ready(());
            }
            // We wait for the thread inside a poll, which blocks our thread, so that all its wakes
            // come before we look at one.
            let waker = cx.waker().clone();
            let other = thread::spawn(move || {
                for _ in 0..1000 {
                    waker.wake_by_ref();
                }
            });
            other.join().expect("no panic");
            Poll::Pending
        }));
    });
    let ledger = Ledger::from_records(&records);
    println!(
        "1000 wakes: messages {}, polls {}",
        ledger.of("messages", "from other threads"),
        ledger.of("polls", "of tasks")
    );
}
