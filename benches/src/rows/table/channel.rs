//! What does a message between two tasks cost?
//!
//! [`one_producer`] sends as fast as the channel takes messages; [`ping_pong`] waits for an answer
//! to each, so every message is a switch between two tasks. [`two_receivers`] receives in a loop
//! over `select!`.

use super::rt; // kettle or tokio: compiled once for each (`rows.rs`)
use super::rt::mpsc;
use crate::sample::{Clock, Sample, sum_below};

pub(crate) fn one_producer(messages: u64) -> Sample {
    rt::block_on(async {
        let receiver = producer(messages, 32);
        let clock = Clock::start();
        let sum = rt::spawn(sum_of(receiver)).await;
        clock.stop_with_sum(messages, sum, sum_below(messages))
    })
}

/// Spawns a task that sends the numbers below `messages`, and returns the channel's other end.
pub(super) fn producer(messages: u64, capacity: usize) -> mpsc::Receiver<u64> {
    let (sender, receiver) = mpsc::channel(capacity);
    rt::detach(async move {
        for message in 0..messages {
            sender.send(message).await.expect("somebody receives");
        }
    });
    receiver
}

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
        clock.stop_with_sum(each * 2, sum, 2 * sum_below(each))
    })
}

pub(crate) async fn sum_of(mut receiver: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(message) = receiver.recv().await {
        sum += message;
    }
    sum
}

/// A trip is a message there and one back. Each of the two channels has room for one message.
pub(crate) fn ping_pong(trips: u64) -> Sample {
    rt::block_on(async {
        let (to_echo, mut at_echo) = mpsc::channel::<u64>(1);
        let (to_caller, mut at_caller) = mpsc::channel::<u64>(1);
        let echo = rt::spawn(async move {
            while let Some(message) = at_echo.recv().await {
                to_caller.send(message + 1).await.expect("the caller listens");
            }
        });
        let clock = Clock::start();
        let caller = rt::spawn(async move {
            let mut sum = 0;
            for trip in 0..trips {
                to_echo.send(trip).await.expect("the echo listens");
                sum += at_caller.recv().await.expect("the echo answers");
            }
            sum
        });
        let sum = caller.await;
        // Each answer is one more than its message.
        let sample = clock.stop_with_sum(trips, sum, sum_below(trips + 1));
        echo.await;
        sample
    })
}
