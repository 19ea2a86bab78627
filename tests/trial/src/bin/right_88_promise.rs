//! A promise of our own. A thread keeps it after two seconds of thinking, or drops it, and the other side is told in
//! either case.
//!
//! Right: `main` waits with its waker in the program's own code, and nothing else is there but the thread.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

struct Shared<T> {
    value: Option<T>,
    given_up: bool,
    waker: Option<Waker>,
}

struct Promise<T>(Arc<Mutex<Shared<T>>>);
struct Promised<T>(Arc<Mutex<Shared<T>>>);

fn promise<T>() -> (Promise<T>, Promised<T>) {
    let shared = Shared { value: None, given_up: false, waker: None };
    let shared = Arc::new(Mutex::new(shared));
    (Promise(shared.clone()), Promised(shared))
}

impl<T> Promise<T> {
    fn keep(self, value: T) {
        self.0.lock().unwrap().value = Some(value);
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let mut shared = self.0.lock().unwrap();
        shared.given_up = true;
        let waker = shared.waker.take();
        drop(shared);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Promised<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut shared = self.0.lock().unwrap();
        if shared.given_up {
            return Poll::Ready(shared.value.take());
        }
        shared.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

fn think(question: &'static str, answer: Promise<u32>) {
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        if question.ends_with('?') {
            answer.keep(42);
        }
    });
}

#[kettle::main]
async fn main() {
    for question in ["six times seven?", "hm"] {
        let (answer, promised) = promise();
        think(question, answer);
        println!("{question}: {:?}", promised.await);
    }
}
