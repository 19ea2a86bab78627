//! `sync::mpsc`: who gets what in which order, who is woken how often, what is lost (nothing).

mod batch;
mod closing;
mod hostile;
mod receiving;
mod reserving;
mod sending;
mod threads;
mod types;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

/// A future on the heap, to be polled by hand with wakers of the test's choice.
fn boxed<F: Future>(future: F) -> Pin<Box<F>> {
    Box::pin(future)
}

/// The output of a future that is ready at its first poll.
fn now<F: Future>(future: F) -> F::Output {
    match crate::common::CountingWaker::new().poll(&mut boxed(future)) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready at once"),
    }
}

/// How often each was woken.
fn wakes(wakers: &[crate::common::CountingWaker]) -> Vec<usize> {
    wakers.iter().map(crate::common::CountingWaker::wakes).collect()
}

/// Counts how many of it were dropped.
#[derive(Clone)]
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new() -> Counted {
        Counted(Arc::default())
    }

    fn drops(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn one(&self) -> One {
        One(self.clone())
    }
}

/// One value that is counted when it is dropped.
struct One(Counted);

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// As in tokio: whoever makes a new `recv` in each of its polls is woken all the same.
#[test]
fn a_recv_made_anew_in_each_poll_is_woken() {
    crate::common::engine::runtime().block_on(async {
        let (sender, mut receiver) = kettle::sync::mpsc::channel(1);
        let reader = kettle::spawn(async move {
            std::future::poll_fn(|cx| std::pin::pin!(receiver.recv()).poll(cx)).await
        });
        kettle::task::yield_now().await; // it waits now
        sender.send(1).await.unwrap();
        assert_eq!(reader.await.unwrap(), Some(1));
    });
}
