//! What does a loop over `select!` cost for each message?

use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample};

/// Two channels, each with a producer of its own.
pub(crate) fn two_receivers(messages: u64) -> Sample {
    rt::block_on(async {
        let each = messages / 2;
        let (mut first, mut second) = (producer(each), producer(each));
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
        assert_eq!(sum, each * (each - 1));
        sample
    })
}

fn producer(messages: u64) -> mpsc::Receiver<u64> {
    let (sender, receiver) = mpsc::channel(32);
    rt::detach(async move {
        for message in 0..messages {
            sender.send(message).await.expect("somebody receives");
        }
    });
    receiver
}
