//! What does a message cost that is received in a loop over `select!`?

use super::channel::producer;
use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample, sum_below};

/// Two channels, each with a producer of its own.
pub(crate) fn two_receivers(messages: u64) -> Sample {
    rt::block_on(async {
        let each = messages / 2;
        let (mut first, mut second) = (producer(each, 32), producer(each, 32));
        let clock = Clock::start();
        let consumer = rt::spawn(async move {
            let mut sum = 0;
            loop {
                rt::select! {
                    Some(message) = first.recv() => sum += message,
                    Some(message) = second.recv() => sum += message,
                    else => break sum,
                }
            }
        });
        let sum = consumer.await;
        let sample = clock.stop(each * 2);
        assert_eq!(sum, 2 * sum_below(each));
        sample
    })
}
