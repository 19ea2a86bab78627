//! What does a task cost from its start to its joined end?

use std::hint::black_box;

use super::rt;
use crate::sample::{Clock, Sample};

/// How many are alive at once in a batch.
const BATCH: u64 = 100;
/// The state of a big future.
const BIG: usize = 4096;

/// All at once, then all joined.
pub(crate) fn all(tasks: u64) -> Sample {
    rt::block_on(async {
        let clock = Clock::start();
        let handles: Vec<_> = (0..tasks).map(|task| rt::spawn(async move { task })).collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await;
        }
        let sample = clock.stop(tasks);
        assert_eq!(sum, tasks * (tasks - 1) / 2);
        sample
    })
}

/// A hundred, then these joined, and again.
pub(crate) fn batch(tasks: u64) -> Sample {
    in_batches(tasks, |task| async move { task })
}

/// The same with futures of 4 KiB.
pub(crate) fn big(tasks: u64) -> Sample {
    assert!(size_of_val(&big_future(0)) >= BIG);
    in_batches(tasks, big_future)
}

fn in_batches<F>(tasks: u64, make: impl Fn(u64) -> F) -> Sample
where
    F: Future<Output = u64> + Send + 'static,
{
    rt::block_on(async {
        let mut handles = Vec::new();
        let mut sum = 0;
        let clock = Clock::start();
        for _ in 0..tasks / BATCH {
            handles.extend((0..BATCH).map(|task| rt::spawn(make(task))));
            for handle in handles.drain(..) {
                sum += handle.await;
            }
        }
        let sample = clock.stop(tasks);
        assert_eq!(sum, tasks / BATCH * (BATCH * (BATCH - 1) / 2));
        sample
    })
}

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

/// A future that has a large state, because a buffer lives across its `.await`.
async fn big_future(task: u64) -> u64 {
    let mut buffer = [0_u8; BIG];
    black_box(&mut buffer)[BIG - 1] = 1;
    std::future::ready(()).await;
    task * u64::from(black_box(&buffer)[BIG - 1])
}
