//! What does it cost when the sender is another thread?

use std::thread;
use std::time::{Duration, Instant};

use super::channel::sum_of;
use super::rt;
use super::rt::mpsc;
use crate::sample::{Clock, Sample, quantile};

/// How many threads send.
const SENDERS: u64 = 2;
/// How long a sender waits so that the runtime sleeps again.
const PAUSE: Duration = Duration::from_micros(200);

/// Two threads send as fast as they can, to one task.
pub(crate) fn flood(messages: u64) -> Sample {
    rt::block_on(async {
        let each = messages / SENDERS;
        let (sender, receiver) = mpsc::channel::<u64>(1024);
        let clock = Clock::start();
        let threads: Vec<_> = (0..SENDERS)
            .map(|_| {
                let sender = sender.clone();
                thread::spawn(move || {
                    for message in 0..each {
                        sender.blocking_send(message).expect("somebody receives");
                    }
                })
            })
            .collect();
        drop(sender);
        let sum = rt::spawn(sum_of(receiver)).await;
        for thread in threads {
            thread.join().expect("a sender");
        }
        let sample = clock.stop(each * SENDERS);
        assert_eq!(sum, SENDERS * (each * (each - 1) / 2));
        sample
    })
}

/// From the send on another thread until the sleeping runtime has polled the task.
pub(crate) fn wake(wakes: u64) -> Sample {
    rt::block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Instant>();
        let thread = thread::spawn(move || {
            for _ in 0..wakes {
                thread::sleep(PAUSE);
                sender.send(Instant::now()).expect("somebody receives");
            }
        });
        let receiving = rt::spawn(async move {
            let mut took = Vec::new();
            while let Some(sent) = receiver.recv().await {
                took.push(sent.elapsed().as_secs_f64() * 1e9);
            }
            took
        });
        let mut took = receiving.await;
        thread.join().expect("the sender");
        assert_eq!(took.len() as u64, wakes);
        Sample::new(quantile(&mut took, (1, 2))).with("p99 ns", quantile(&mut took, (99, 100)))
    })
}
