//! What does it cost when the sender is another thread?
//!
//! Two rows, which use all cores: [`wake`] is the latency of one wake, [`flood`] the throughput of
//! many messages.

use std::thread;
use std::time::{Duration, Instant};

use super::rt::mpsc;
use super::{channel, rt}; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::sample::{Clock, Sample, median, sum_below};

/// How long a sender waits so that the runtime is asleep again.
const PAUSE: Duration = Duration::from_micros(200);

/// Latency: the time from the send on another thread until the sleeping runtime polls the task.
pub(crate) fn wake(wakes: u64) -> Sample {
    rt::block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Instant>();
        // The sender waits for an answer: on a busy machine, two sends could lead to one wake.
        let (answer, answered) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            for _ in 0..wakes {
                thread::sleep(PAUSE);
                sender.send(Instant::now()).expect("somebody receives");
                answered.recv().expect("somebody answers");
            }
        });
        let receiving = rt::spawn(async move {
            let mut latencies = Vec::new();
            while let Some(sent) = receiver.recv().await {
                latencies.push(sent.elapsed().as_secs_f64() * 1e9);
                answer.send(()).expect("the sender listens");
            }
            latencies
        });
        let mut latencies = receiving.await;
        thread.join().expect("the sender");
        assert_eq!(latencies.len() as u64, wakes);
        Sample::new(median(&mut latencies))
    })
}

/// A thread sends as fast as it can, to one task.
pub(crate) fn flood(messages: u64) -> Sample {
    rt::block_on(async {
        let (sender, receiver) = mpsc::channel::<u64>(1024);
        let clock = Clock::start();
        let thread = thread::spawn(move || {
            for message in 0..messages {
                sender.blocking_send(message).expect("somebody receives");
            }
        });
        let sum = rt::spawn(channel::sum_of(receiver)).await;
        thread.join().expect("the sender");
        clock.stop_with_sum(messages, sum, sum_below(messages))
    })
}
