//! tokio #8320: `DelayQueue::clear` makes the queue ready to return `None`, but the task that waits
//! in `poll_expired` is not woken.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::time::DelayQueue;

use crate::play::{hidden, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn delayqueue_clear() {
    limited(async {
        let queue = Arc::new(Mutex::new(DelayQueue::new()));
        queue.lock().unwrap().insert("tea", Duration::from_secs(100_000));
        let clears = {
            let queue = queue.clone();
            async move { queue.lock().unwrap().clear() }
        };
        let waiter =
            async move { poll_fn(|cx| queue.lock().unwrap().poll_expired(cx)).await.is_none() };
        let waiter = if hidden() {
            tokio::spawn(clears); // before anybody waits
            tokio::spawn(waiter)
        } else {
            let waiter = tokio::spawn(waiter);
            tokio::spawn(clears);
            waiter
        };
        assert!(waiter.await.unwrap());
    })
    .await;
}
