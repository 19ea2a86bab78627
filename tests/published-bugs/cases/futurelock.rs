//! Oxide RFD 609: `select!` gives up on `&mut first`, which is in the queue of a lock, and its
//! other arm wants the lock as well. The fair lock is given to `first`, which nobody polls.

use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{select, sync::Mutex, time::sleep};

use crate::play::{control, hidden, limited};

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn futurelock() {
    limited(async {
        let lock = Arc::new(Mutex::new(()));
        let holder = tokio::spawn({
            let lock = lock.clone();
            async move {
                let _guard = lock.lock().await;
                sleep(Duration::from_secs(if hidden() { 1 } else { 5 })).await;
            }
        });
        tokio::task::yield_now().await;
        // With `HIDDEN` the lock is free at the very instant at which the limit is over: `holder`
        // comes first.
        let limit = Duration::from_secs(if control() { 10 } else { 1 });
        let contender = tokio::spawn(async move {
            let mut first = pin!(async { drop(lock.lock().await) });
            select! {
                biased;
                () = &mut first => {}
                () = sleep(limit) => drop(lock.lock().await),
            }
        });
        contender.await.unwrap();
        holder.await.unwrap();
    })
    .await;
}
