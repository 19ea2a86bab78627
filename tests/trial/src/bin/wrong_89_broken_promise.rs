//! A promise of our own: one side keeps it, the other waits for the value.
//!
//! Wrong: a promise that is dropped without being kept wakes no task. The loader gives up at an error by `?`, and `main`
//! waits for ever.
//!
//! Expected: `lost_wakeup`: other code has the waker, and none is left that could call it. The cure: `Drop` for the
//! promise that says so and wakes.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

struct Shared<T> {
    value: Option<T>,
    waker: Option<Waker>,
}

struct Promise<T>(Arc<Mutex<Shared<T>>>);
struct Promised<T>(Arc<Mutex<Shared<T>>>);

fn promise<T>() -> (Promise<T>, Promised<T>) {
    let shared = Arc::new(Mutex::new(Shared { value: None, waker: None }));
    (Promise(shared.clone()), Promised(shared))
}

impl<T> Promise<T> {
    fn keep(self, value: T) {
        let mut shared = self.0.lock().unwrap();
        shared.value = Some(value);
        if let Some(waker) = shared.waker.take() {
            waker.wake();
        }
    }
}

impl<T> Future for Promised<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut shared = self.0.lock().unwrap();
        if let Some(value) = shared.value.take() {
            return Poll::Ready(value);
        }
        shared.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

async fn load(text: &str, sum: Promise<u32>) -> Result<(), std::num::ParseIntError> {
    let mut total = 0;
    for word in text.split_whitespace() {
        sleep(Duration::from_millis(5)).await; // each comes from afar
        total += word.parse::<u32>()?;
    }
    sum.keep(total);
    Ok(())
}

#[kettle::main]
async fn main() {
    for text in ["12 30", "7 o'clock"] {
        let (sum, promised) = promise();
        kettle::spawn(load(text, sum));
        println!("{text}: {}", promised.await);
    }
}
