//! A test of a printer's queue, with the clock paused and a limit of five minutes: `submit` rings, and the printer prints.
//!
//! Wrong: `Queue::clone` makes a new bell, since `Notify` is no `Clone` and somebody helped himself by `Notify::new()`. The printer
//! waits at its own bell, and `submit` rings another one.
//!
//! Expected: `deadlock`, which only the limit has ended: the printer waits for a notification, and `main` for the printed page. The
//! cure: one bell for all clones (`Arc<Notify>`).
//!
//! doctor: `deadlock`
//! ends: by itself, with a panic

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::{Notify, oneshot};
use kettle::time::timeout;

type Page = (String, oneshot::Sender<usize>);

#[derive(Default)]
struct Queue {
    pages: Arc<Mutex<VecDeque<Page>>>,
    bell: Notify,
}

impl Clone for Queue {
    fn clone(&self) -> Queue {
        Queue { pages: Arc::clone(&self.pages), bell: Notify::new() }
    }
}

impl Queue {
    fn submit(&self, text: &str) -> oneshot::Receiver<usize> {
        let (printed, receiver) = oneshot::channel();
        self.pages.lock().unwrap().push_back((text.to_owned(), printed));
        self.bell.notify_one();
        receiver
    }

    async fn print(self) {
        loop {
            self.bell.notified().await;
            let Some((text, printed)) = self.pages.lock().unwrap().pop_front() else { continue };
            let _ = printed.send(text.len());
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let queue = Queue::default();
    kettle::spawn(queue.clone().print());
    let printed = timeout(Duration::from_mins(5), queue.submit("a page")).await;
    assert_eq!(printed.expect("printed in time"), Ok(6));
}
