//! async-channel #45: a `send` that waits in a full channel is kept, but not polled any more. Room
//! for two is made, and the second sender is not told: the notification stays with the first.

use futures::poll;
use std::pin::pin;
use tokio::{spawn, task::yield_now};

use crate::play::limited;

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn async_channel_forgotten() {
    limited(async {
        let (tx, rx) = async_channel::bounded(2);
        tx.send(1).await.unwrap();
        tx.send(2).await.unwrap();
        let mut first = pin!(tx.send(3));
        assert!(poll!(&mut first).is_pending());
        let second = spawn({
            let tx = tx.clone();
            async move { tx.send(4).await }
        });
        yield_now().await;
        rx.recv().await.unwrap();
        rx.recv().await.unwrap(); // `second` could send now
        second.await.unwrap().unwrap();
    })
    .await;
}
