//! What does it cost to lock and unlock an asynchronous mutex?

use std::sync::Arc;

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use super::rt::Mutex;
use crate::sample::{Clock, Sample};

/// One task locks and unlocks a mutex that no other task uses meanwhile.
pub(crate) fn uncontended(locks: u64) -> Sample {
    rt::block_on(async {
        let count = Arc::new(Mutex::new(0));
        let clock = Clock::start();
        let counting = rt::spawn({
            let count = count.clone();
            async move {
                for _ in 0..locks {
                    *count.lock().await += 1;
                }
            }
        });
        counting.await;
        let sample = clock.stop(locks);
        assert_eq!(*count.lock().await, locks);
        sample
    })
}
