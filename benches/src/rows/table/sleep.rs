//! What does a timer cost that is dropped before it fires?
//!
//! [`unpolled`] measures a `sleep` that is never polled, [`receive_under_timeout`] the timer of a
//! `timeout`.

use std::time::Duration;

use super::channel::producer;
use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample, sum_below};

/// A deadline that never passes while the row runs.
const FAR: Duration = Duration::from_mins(1);

pub(crate) fn unpolled(sleeps: u64) -> Sample {
    rt::block_on(async {
        let clock = Clock::start();
        let making = rt::spawn(async move {
            for _ in 0..sleeps {
                drop(std::hint::black_box(rt::sleep(FAR)));
            }
        });
        making.await;
        clock.stop(sleeps)
    })
}

/// Receives messages, each under a timeout that never runs out.
pub(crate) fn receive_under_timeout(messages: u64) -> Sample {
    rt::block_on(async {
        let mut receiver = producer(messages, 1);
        let clock = Clock::start();
        let consumer = rt::spawn(async move {
            let mut sum = 0;
            while let Some(message) = rt::timeout(FAR, receiver.recv()).await.expect("in time") {
                sum += message;
            }
            sum
        });
        let sum = consumer.await;
        clock.stop_with_sum(messages, sum, sum_below(messages))
    })
}
