//! What does a task cost, from its spawn until it is joined?
//!
//! [`one_at_a_time`] has one task besides the main future, [`in_batches`] a hundred.

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample, sum_below};

pub(crate) fn one_at_a_time(tasks: u64) -> Sample {
    rt::block_on(async {
        let mut sum = 0;
        let clock = Clock::start();
        for task in 0..tasks {
            sum += rt::spawn(async move { task }).await;
        }
        clock.stop_with_sum(tasks, sum, sum_below(tasks))
    })
}

/// The main future spawns a hundred tasks, then joins them, and begins again.
pub(crate) fn in_batches(tasks: u64) -> Sample {
    rt::block_on(async {
        let mut sum = 0;
        let clock = Clock::start();
        for first in (0..tasks).step_by(100) {
            let batch: Vec<_> =
                (first..first + 100).map(|task| rt::spawn(async move { task })).collect();
            for handle in batch {
                sum += handle.await;
            }
        }
        clock.stop_with_sum(tasks, sum, sum_below(tasks))
    })
}
