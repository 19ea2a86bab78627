//! How often is a connection woken? A wrapper around its future counts, with a waker of its own around the task's.
//!
//! Wrong: `wake_by_ref` counts and passes the wake on; `wake` only counts. The channel calls its waker by `wake`, so the task is
//! never polled again.
//!
//! Expected: `lost_wakeup` of the task: other code had its waker, and dropped it without a call. The cure: call the inner waker
//! in both (let `wake` call `wake_by_ref`).
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Counting {
    inner: Waker,
    wakes: Arc<AtomicUsize>,
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.wakes.fetch_add(1, Ordering::Relaxed);
        self.inner.wake_by_ref();
    }
}

struct Counted<F>(Pin<Box<F>>, Arc<AtomicUsize>);

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let wakes = Arc::clone(&self.1);
        let waker = Waker::from(Arc::new(Counting { inner: cx.waker().clone(), wakes }));
        self.0.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

#[kettle::main]
async fn main() {
    let (send, mut received) = mpsc::channel(4);
    let wakes = Arc::new(AtomicUsize::new(0));
    let connection = async move { received.recv().await.map(str::len) };
    let task = kettle::spawn(Counted(Box::pin(connection), Arc::clone(&wakes)));
    sleep(Duration::from_millis(50)).await;
    send.send("a letter").await.expect("it is there");
    println!("{:?} after {} wakes", task.await.unwrap(), wakes.load(Ordering::Relaxed));
}
