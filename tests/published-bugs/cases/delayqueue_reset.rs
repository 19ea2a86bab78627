//! tokio #8274: an entry is moved to a time that is over. It is due now, but the waiting task
//! sleeps until the old time comes.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{Instant, sleep};
use tokio_util::time::DelayQueue;

use crate::play::{hidden, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn delayqueue_reset() {
    limited(async {
        let start = Instant::now();
        let mut queue = DelayQueue::new();
        let key = queue.insert("tea", Duration::from_secs(100));
        let queue = Arc::new(Mutex::new(queue));
        sleep(Duration::from_secs(1)).await;
        let resets = {
            let queue = queue.clone();
            async move { queue.lock().unwrap().reset_at(&key, start) }
        };
        let waiter =
            async move { poll_fn(|cx| queue.lock().unwrap().poll_expired(cx)).await.map(drop) };
        let waiter = if hidden() {
            tokio::spawn(resets); // before anybody waits
            tokio::spawn(waiter)
        } else {
            let waiter = tokio::spawn(waiter);
            tokio::spawn(resets);
            waiter
        };
        waiter.await.unwrap().unwrap();
        let late = start.elapsed() - Duration::from_secs(1);
        assert!(late < Duration::from_secs(1), "it was due at once, and came after {late:?}");
    })
    .await;
}
