//! Does an operation cost more when there are more tasks, timers or connections?
//!
//! [`yields`] has many ready tasks, [`sleeps`] many timers in the wheel, [`connections`] many
//! connections of an echo server. The size of a row is that number; the work is always the same.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use super::{echo, yields};
use crate::sample::{Clock, Sample};

/// The work of each row: yields, timers that are registered and dropped, and round trips. A million
/// tasks yield five times each, because the end of a task is measured, too.
const YIELDS: u64 = 5_000_000;
const SLEEPS: u64 = 2_000_000;
const TRIPS: u64 = 50_000;

/// How many timers one poll registers: fewer than the 128 operations of a task's budget.
const TIMERS_PER_POLL: usize = 100;
/// A deadline that never passes while the row runs.
const FAR: Duration = Duration::from_mins(1);

/// Yields of tasks that are all ready.
pub(crate) fn yields(tasks: u64) -> Sample {
    rt::block_on(yields::among(tasks, YIELDS))
}

/// `timers` stay in the wheel while others are registered and dropped.
pub(crate) fn sleeps(timers: u64) -> Sample {
    rt::block_on(async {
        // Deadlines all over the next minute, those of neighbours far apart.
        let deadline = |timer: u64| Duration::from_secs(10 + timer * 37 % 50);
        let mut standing: Vec<_> =
            (0..timers).map(|timer| Box::pin(rt::sleep(deadline(timer)))).collect();
        for chunk in standing.chunks_mut(TIMERS_PER_POLL) {
            let all_pending = poll_fn(|cx| {
                Poll::Ready(chunk.iter_mut().all(|sleep| Pin::new(sleep).poll(cx).is_pending()))
            });
            assert!(all_pending.await);
            rt::yield_now().await;
        }
        let sample = register_and_drop_all(SLEEPS).await;
        assert_eq!(standing.len() as u64, timers);
        sample
    })
}

/// Measures timers that are registered and dropped, in tasks that are polled once.
async fn register_and_drop_all(sleeps: u64) -> Sample {
    let (tasks, timers_per_task) = (100, TIMERS_PER_POLL as u64);
    let rounds = sleeps / tasks / timers_per_task;
    let clock = Clock::start();
    for _ in 0..rounds {
        let handles: Vec<_> = (0..tasks).map(|_| rt::spawn(register_and_drop())).collect();
        for handle in handles {
            handle.await;
        }
    }
    clock.stop(rounds * tasks * timers_per_task)
}

async fn register_and_drop() {
    for _ in 0..TIMERS_PER_POLL {
        let mut sleep = pin!(rt::sleep(FAR));
        let is_pending = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx).is_pending())).await;
        assert!(is_pending, "a sleep ended early, or the budget ran out");
    }
}

/// Round trips over this many connections.
pub(crate) fn connections(connections: u64) -> Sample {
    echo::echo(connections, TRIPS)
}
