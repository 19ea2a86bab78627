//! A print queue, ported from threads: the printer parks when it has nothing to do, and who adds a page unparks it.
//!
//! Wrong: the printer is a task now, and `std::thread::park` parks the one thread, which also runs the tasks that would unpark it.
//!
//! Expected: `blocking_poll`, a poll that never ends, in task 1. The cure: a lock or a channel of `kettle::sync` (a `Notify`).
//!
//! doctor: `blocking_poll`
//! ends: killed

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle::time::sleep;

async fn printer(pages: Arc<Mutex<VecDeque<String>>>, copies: u32) -> u32 {
    let mut printed = 0;
    while printed < copies {
        let page = pages.lock().unwrap().pop_front();
        match page {
            Some(page) => {
                sleep(Duration::from_millis(10)).await;
                println!("printed {page}");
                printed += 1;
            }
            None => thread::park(), // until there is a page
        }
    }
    printed
}

#[kettle::main]
async fn main() {
    let pages = Arc::new(Mutex::new(VecDeque::from(["cover".to_owned()])));
    let printer = kettle::spawn(printer(pages.clone(), 4));
    let thread = thread::current();
    for number in 1..4 {
        sleep(Duration::from_millis(40)).await;
        pages.lock().unwrap().push_back(format!("page {number}"));
        thread.unpark();
    }
    println!("{} pages", printer.await.unwrap());
}
