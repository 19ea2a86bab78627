//! What does a whole runtime cost?

use super::rt;
use crate::sample::{Clock, Sample};

/// Made, driven to the end of a future that is ready, dropped.
pub(crate) fn start(runtimes: u64) -> Sample {
    let clock = Clock::start();
    let sum: u64 = (0..runtimes).map(|runtime| rt::block_on(async move { runtime })).sum();
    let sample = clock.stop(runtimes);
    assert_eq!(sum, runtimes * (runtimes - 1) / 2);
    sample
}
