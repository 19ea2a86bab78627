//! Does an operation cost more when there are more tasks, timers or connections?
//!
//! The size of these rows is that number; the work is the same for each size.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use super::rt;
use super::{echo, yields};
use crate::load::TRIPS;
use crate::sample::{Clock, Sample};

/// How many operations are measured.
const WORK: u64 = 2_000_000;
/// How many yields: five for each of a million tasks, whose end is measured too.
const YIELDS: u64 = 5_000_000;

/// How many timers a task makes before the next one goes on: less than a task's budget.
const EACH: u64 = 100;
/// A deadline that never comes.
const FAR: Duration = Duration::from_mins(1);

/// Tasks that are ready all the time.
pub(crate) fn yields(tasks: u64) -> Sample {
    rt::block_on(yields::among(tasks, YIELDS))
}

/// So many timers stay in the wheel while later ones are registered and dropped.
pub(crate) fn sleeps(timers: u64) -> Sample {
    rt::block_on(async {
        let mut standing: Vec<_> = random(timers)
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
        let sample = registrations(WORK).await;
        assert_eq!(standing.len() as u64, timers);
        sample
    })
}

/// Registers and drops `sleeps` timers, a hundred in each task, so that no budget gets in the way.
async fn registrations(sleeps: u64) -> Sample {
    let clock = Clock::start();
    for _ in 0..sleeps / EACH / EACH {
        let tasks: Vec<_> = (0..EACH).map(|_| rt::spawn(register_some())).collect();
        for task in tasks {
            task.await;
        }
    }
    clock.stop(sleeps / EACH / EACH * EACH * EACH)
}

async fn register_some() {
    for _ in 0..EACH {
        let mut sleep = pin!(rt::sleep(FAR));
        let pending = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx).is_pending())).await;
        assert!(pending, "a sleep came early, or its budget was spent");
    }
}

/// The same numbers in each sample: a linear congruential generator's upper halves.
fn random(count: u64) -> impl Iterator<Item = u32> {
    let mut state = 0x5EED_u64;
    (0..count).map(move |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 32).expect("the upper half has 32 bits")
    })
}

/// Round trips over so many connections.
pub(crate) fn connections(connections: u64) -> Sample {
    echo::echo(connections, TRIPS)
}
