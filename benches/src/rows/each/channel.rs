//! What does a message between two tasks cost?

use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample};

const CAPACITY: usize = 32;

/// One sends, one receives.
pub(crate) fn one_producer(messages: u64) -> Sample {
    rt::block_on(async {
        let (sender, receiver) = mpsc::channel::<u64>(CAPACITY);
        rt::detach(async move {
            for message in 0..messages {
                sender.send(message).await.expect("somebody receives");
            }
        });
        let clock = Clock::start();
        let sum = rt::spawn(sum_of(receiver)).await;
        let sample = clock.stop(messages);
        assert_eq!(sum, messages * (messages - 1) / 2);
        sample
    })
}

pub(crate) async fn sum_of(mut receiver: mpsc::Receiver<u64>) -> u64 {
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
