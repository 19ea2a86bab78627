//! `sync::mpsc`: who is woken how often, what is dropped when, and what senders and permits have besides.

mod batch;
mod closing;
mod hostile;
mod receiving;
mod reserving;
mod sending;
mod threads;
mod types;

use std::pin::Pin;
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

/// As in tokio: a task that makes a new `recv` in each of its polls is woken all the same.
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
