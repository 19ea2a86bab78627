//! Does an operation cost more when there are more tasks, timers or connections?
//!
//! The size of these rows is how many there are; the work is the same for each size.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use super::rt;
use super::{channel, echo, sleep, yields};
use crate::load::TRIPS;
use crate::sample::Sample;

/// How many operations are measured.
const WORK: u64 = 2_000_000;
/// How many yields: five for each of a million tasks, whose end is measured too.
const YIELDS: u64 = 5_000_000;

/// Tasks that are ready all the time.
pub(crate) fn yields(tasks: u64) -> Sample {
    rt::block_on(yields::among(tasks, YIELDS))
}

/// Timers that stand in the wheel while others, later ones, are registered and dropped.
pub(crate) fn sleeps(timers: u64) -> Sample {
    rt::block_on(async {
        let mut standing: Vec<_> = sleep::random(timers)
            .map(|random| Box::pin(rt::sleep(Duration::from_secs(10 + u64::from(random) % 50))))
            .collect();
        // A thousand for each poll would be more than a task's budget.
        for some in standing.chunks_mut(100) {
            let pending = poll_fn(|cx| {
                Poll::Ready(some.iter_mut().all(|sleep| Pin::new(sleep).poll(cx).is_pending()))
            });
            assert!(pending.await);
            rt::yield_now().await;
        }
        let sample = sleep::registrations(WORK).await;
        assert_eq!(standing.len() as u64, timers);
        sample
    })
}

/// Tasks that send over one channel.
pub(crate) fn producers(tasks: u64) -> Sample {
    rt::block_on(channel::bounded(tasks, WORK))
}

/// Connections over which one trip follows the other.
pub(crate) fn connections(connections: u64) -> Sample {
    echo::echo(connections, TRIPS)
}
