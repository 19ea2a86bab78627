//! What does a message between two tasks cost?

use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample};

/// The capacity of the bounded channel.
const CAPACITY: usize = 32;

/// One sends, one receives.
pub(crate) fn one_producer(messages: u64) -> Sample {
    rt::block_on(bounded(1, messages))
}

/// So many `producers` send their share of the messages over a channel of 32 places.
pub(crate) async fn bounded(producers: u64, messages: u64) -> Sample {
    let each = messages / producers;
    let (sender, receiver) = mpsc::channel::<u64>(CAPACITY);
    for _ in 0..producers {
        let sender = sender.clone();
        rt::detach(async move {
            for message in 0..each {
                sender.send(message).await.expect("somebody receives");
            }
        });
    }
    drop(sender);
    let clock = Clock::start();
    let sum = rt::spawn(sum_of(receiver)).await;
    let sample = clock.stop(each * producers);
    assert_eq!(sum, producers * (each * each.saturating_sub(1) / 2));
    sample
}

async fn sum_of(mut receiver: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(message) = receiver.recv().await {
        sum += message;
    }
    sum
}

/// Two tasks, two channels of one place: a message there and back.
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
        let sample = clock.stop(trips);
        echo.await;
        assert_eq!(sum, trips * (trips + 1) / 2);
        sample
    })
}
