//! futures #2387 (open): the body of a loop over `buffered(2)` waits for a permit. A future in the
//! buffer was given it, and the buffer is not polled while the body runs.

use futures::{StreamExt, stream};
use std::{pin::pin, time::Duration};
use tokio::{sync::Semaphore, time::sleep};

use crate::play::{control, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn buffered_semaphore() {
    limited(async {
        let permits = &Semaphore::new(1);
        let width = if control() { 1 } else { 2 };
        let jobs = stream::iter(0..4).map(|n| async move {
            let _permit = permits.acquire().await.unwrap();
            sleep(Duration::from_secs(1)).await;
            n
        });
        let mut done = pin!(jobs.buffered(width));
        let mut sum = 0;
        while let Some(n) = done.next().await {
            let _permit = permits.acquire().await.unwrap();
            sum += n;
        }
        assert_eq!(sum, 6);
    })
    .await;
}
