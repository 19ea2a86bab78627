//! What does a timer cost, fired or not?

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample, quantile};

/// How many timers a task makes before the next one goes on: less than a task's budget.
const EACH: u64 = 100;
/// So far away that it never comes.
const FAR: Duration = Duration::from_mins(1);
/// Within which the timers of [`fire`] fire.
const SPAN: Duration = Duration::from_secs(2);

/// Made and dropped, never polled.
pub(crate) fn create(sleeps: u64) -> Sample {
    rt::block_on(async {
        let clock = Clock::start();
        let all = rt::spawn(async move {
            for _ in 0..sleeps {
                drop(std::hint::black_box(rt::sleep(FAR)));
            }
        });
        all.await;
        clock.stop(sleeps)
    })
}

/// Polled once, so that it stands in the wheel, then dropped.
pub(crate) fn register(sleeps: u64) -> Sample {
    rt::block_on(registrations(sleeps))
}

/// Registers and drops `sleeps` timers, a hundred in each task, so that no budget gets in the way.
pub(crate) async fn registrations(sleeps: u64) -> Sample {
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

/// A message is waited for under a timeout that never comes.
pub(crate) fn receive_under_timeout(messages: u64) -> Sample {
    rt::block_on(async {
        let (sender, mut receiver) = mpsc::channel::<u64>(1);
        rt::detach(async move {
            for message in 0..messages {
                sender.send(message).await.expect("somebody receives");
            }
        });
        let clock = Clock::start();
        let consumer = rt::spawn(async move {
            let mut sum = 0;
            while let Some(message) = rt::timeout(FAR, receiver.recv()).await.expect("in time") {
                sum += message;
            }
            sum
        });
        let sum = consumer.await;
        let sample = clock.stop(messages);
        assert_eq!(sum, messages * (messages - 1) / 2);
        sample
    })
}

/// Tasks that sleep, each until an instant of its own within two seconds; and how late they were.
pub(crate) fn fire(tasks: u64) -> Sample {
    rt::block_on(async {
        let clock = Clock::start();
        let handles: Vec<_> = random(tasks).map(|random| rt::spawn(nap(random))).collect();
        let mut late = Vec::with_capacity(handles.len());
        for handle in handles {
            late.push(handle.await);
        }
        let sample = clock.stop(tasks);
        assert_eq!(late.len() as u64, tasks);
        let quantiles = [("p50 us", (1, 2)), ("p99 us", (99, 100)), ("max us", (1, 1))];
        quantiles
            .into_iter()
            .fold(sample, |sample, (name, share)| sample.with(name, quantile(&mut late, share)))
    })
}

/// Sleeps for a random part of [`SPAN`]; how late it was, in microseconds.
async fn nap(random: u32) -> f64 {
    let span = SPAN.mul_f64(f64::from(random) / f64::from(u32::MAX));
    // Read before the runtime reads its own clock: so this is never after the true deadline.
    let deadline = Instant::now() + span;
    rt::sleep(span).await;
    let late = Instant::now().checked_duration_since(deadline).expect("no sleep is early");
    late.as_secs_f64() * 1e6
}

/// The same numbers in each sample: a linear congruential generator's upper halves.
pub(crate) fn random(count: u64) -> impl Iterator<Item = u32> {
    let mut state = 0x5EED_u64;
    (0..count).map(move |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 32).expect("the upper half has 32 bits")
    })
}
