//! A thread makes a table, and a future of our own waits for it: a flag, and a place for the waker.
//!
//! The mistake: the future looks at the flag, and then stores the waker. What happens in between, nobody
//! tells it. (Here it makes its list of columns in between, so that it happens each time.)
//!
//! Expected: a lost wake-up: the waker is stored, and no thread is left that could call it. Cure: store
//! the waker first, or look again after it; not: a lock around anything.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Table {
    made: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

impl Table {
    fn make(&self) {
        thread::sleep(Duration::from_millis(40));
        self.made.store(true, Ordering::Release);
        if let Some(waker) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take() {
            waker.wake();
        }
    }

    async fn ready(&self) -> Vec<String> {
        let mut columns = Vec::new();
        poll_fn(move |cx| {
            if self.made.load(Ordering::Acquire) {
                return Poll::Ready(std::mem::take(&mut columns));
            }
            for column in 0..4 {
                columns.push(format!("column {column}"));
                thread::sleep(Duration::from_millis(20));
            }
            let waker = Some(cx.waker().clone());
            *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = waker;
            Poll::Pending
        })
        .await
    }
}

#[kettle::main]
async fn main() {
    let table = Arc::new(Table::default());
    let made = table.clone();
    let maker = thread::spawn(move || made.make());
    let shown = kettle::spawn(async move { println!("{:?}", table.ready().await) });
    shown.await.expect("it doesn't panic");
    maker.join().expect("it doesn't panic");
}
