//! tokio #8279: `try_join_next` polls the first handle with a waker that does nothing, and that
//! takes the place of the waker of the task that waits in `poll_join_next`.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::task::JoinQueue;

use crate::play::{hidden, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn joinqueue_try() {
    limited(async {
        let mut queue = JoinQueue::new();
        queue.spawn(tokio::time::sleep(Duration::from_secs(1)));
        let queue = Arc::new(Mutex::new(queue));
        let asks = {
            let queue = queue.clone();
            async move { assert!(queue.lock().unwrap().try_join_next().is_none()) }
        };
        let waiter =
            async move { poll_fn(|cx| queue.lock().unwrap().poll_join_next(cx)).await.is_some() };
        let waiter = if hidden() {
            tokio::spawn(asks); // before anybody waits
            tokio::spawn(waiter)
        } else {
            let waiter = tokio::spawn(waiter);
            tokio::spawn(asks);
            waiter
        };
        assert!(waiter.await.unwrap());
    })
    .await;
}
