//! moka #240 (open): a `get_with` that has begun to fill an entry is kept, but not polled (an arm
//! of a loop of `select!`). Another `get_with` of that key waits for it.

use moka::future::Cache;
use std::{pin::pin, time::Duration};
use tokio::{select, time::sleep};

use crate::play::{control, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn moka_get_with() {
    limited(async {
        let cache: Cache<u8, &str> = Cache::new(8);
        let mut slow = pin!(cache.get_with(1, async {
            sleep(Duration::from_secs(5)).await;
            "slow"
        }));
        let value = select! {
            value = &mut slow => value,
            () = sleep(Duration::from_secs(1)) => {
                let key = if control() { 2 } else { 1 };
                cache.get_with(key, async { "quick" }).await
            }
        };
        assert_eq!(value, "quick");
    })
    .await;
}
