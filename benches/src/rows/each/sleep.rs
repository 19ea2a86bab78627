//! What does a timer cost, whether it fires or is dropped?

use std::time::Duration;

use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample};

/// A deadline that never comes.
const FAR: Duration = Duration::from_mins(1);

/// Made and dropped, never polled.
pub(crate) fn create(sleeps: u64) -> Sample {
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
