//! A library without `async` in its interface has a runtime behind it, on a thread of its own, in a `static`. The program calls it
//! a few times, with pauses.
//!
//! Right: the runtime's `block_on` waits for nothing, forever, so that its tasks go on. Between two calls it has nothing to do
//! for more than a second. It is never shut down: the program ends when `main` returns.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Handle};
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Question = (String, oneshot::Sender<u32>);

fn runtime() -> &'static Handle {
    static HANDLE: OnceLock<Handle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let handle = runtime.handle().clone();
        thread::spawn(move || runtime.block_on(pending::<()>()));
        handle
    })
}

async fn counter(mut words: mpsc::Receiver<Question>) {
    let mut counts = BTreeMap::new();
    while let Some((word, answer)) = words.recv().await {
        sleep(Duration::from_millis(5)).await;
        let count = counts.entry(word).or_insert(0);
        *count += 1;
        let _ = answer.send(*count);
    }
}

struct Counter(mpsc::Sender<Question>);

impl Counter {
    fn new() -> Counter {
        let (send, words) = mpsc::channel(8);
        runtime().spawn(counter(words));
        Counter(send)
    }

    fn count(&self, word: &str) -> u32 {
        let (answer, answered) = oneshot::channel();
        self.0.blocking_send((word.to_owned(), answer)).unwrap();
        runtime().block_on(answered).unwrap()
    }
}

fn main() {
    let counter = Counter::new();
    assert_eq!(counter.count("tea"), 1);
    thread::sleep(Duration::from_millis(1300)); // the program has other things to do
    assert_eq!(counter.count("milk"), 1);
    assert_eq!(counter.count("tea"), 2);
}
