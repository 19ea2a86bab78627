//! What does it cost to make a runtime, run a future that is ready on it, and drop it?

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample, sum_below};

pub(crate) fn whole_runtime(runtimes: u64) -> Sample {
    let clock = Clock::start();
    let sum: u64 = (0..runtimes).map(|runtime| rt::block_on(async move { runtime })).sum();
    clock.stop_with_sum(runtimes, sum, sum_below(runtimes))
}
