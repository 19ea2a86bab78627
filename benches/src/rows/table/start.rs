//! What does it cost to make a runtime, run a future that is ready on it, and drop it?

use super::rt;
use crate::sample::{Clock, Sample};

pub(crate) fn whole_runtime(runtimes: u64) -> Sample {
    let clock = Clock::start();
    let sum: u64 = (0..runtimes).map(|runtime| rt::block_on(async move { runtime })).sum();
    let sample = clock.stop(runtimes);
    assert_eq!(sum, runtimes * (runtimes - 1) / 2);
    sample
}
