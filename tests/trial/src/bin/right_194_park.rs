//! A printer's thread parks when it has nothing to do; a task adds pages and unparks it, and another task waits until it has printed.
//!
//! Right: only a thread of its own parks. The task that waits for the printer polls a future written by hand, which the thread
//! wakes.
//!
//! Expected: silent, though for seconds one task waits for foreign code, and the thread is asleep.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Queue {
    pages: VecDeque<u32>,
    printed: u32,
    waits: Option<Waker>,
}

fn print(queue: &Mutex<Queue>, pages: u32) {
    while queue.lock().unwrap().printed < pages {
        let page = queue.lock().unwrap().pages.pop_front();
        let Some(page) = page else {
            thread::park();
            continue;
        };
        thread::sleep(Duration::from_millis(u64::from(page) * 500));
        let mut queue = queue.lock().unwrap();
        queue.printed += 1;
        if let Some(waits) = queue.waits.take() {
            waits.wake();
        }
    }
}

#[kettle::main]
async fn main() {
    let queue = Arc::new(Mutex::new(Queue::default()));
    let printer = thread::spawn({
        let queue = queue.clone();
        move || print(&queue, 3)
    });
    let done = kettle::spawn({
        let queue = queue.clone();
        poll_fn(move |cx| {
            let mut queue = queue.lock().unwrap();
            queue.waits = Some(cx.waker().clone());
            if queue.printed == 3 { Poll::Ready(()) } else { Poll::Pending }
        })
    });
    for page in 1..=3 {
        sleep(Duration::from_millis(100)).await;
        queue.lock().unwrap().pages.push_back(page);
        printer.thread().unpark();
    }
    done.await.unwrap();
    printer.join().unwrap();
}
