//! `sync::mpsc`: who is woken how often, what is dropped when, and what senders and permits have
//! besides.

mod batch;
mod closing;
mod hostile;
mod receiving;
mod reserving;
mod sending;
mod threads;
mod types;

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
