//! What does a task cost, from its spawn until it is joined?

use super::rt;
use crate::sample::{Clock, Sample};

/// One at a time, started and joined by the future of `block_on`.
pub(crate) fn one(tasks: u64) -> Sample {
    rt::block_on(async {
        let mut sum = 0;
        let clock = Clock::start();
        for task in 0..tasks {
            sum += rt::spawn(async move { task }).await;
        }
        let sample = clock.stop(tasks);
        assert_eq!(sum, tasks * (tasks - 1) / 2);
        sample
    })
}

/// A hundred at a time, of which the first is joined when all are started.
pub(crate) fn batch(tasks: u64) -> Sample {
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
        let sample = clock.stop(tasks);
        assert_eq!(sum, tasks * (tasks - 1) / 2);
        sample
    })
}
