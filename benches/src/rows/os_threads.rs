//! What does it cost to switch from one thread to another?
//!
//! The row `switch` compares [`ping_pong`] with the same between tasks (`rows/table/channel.rs`).

use std::sync::mpsc::sync_channel;
use std::thread;

use crate::sample::{Clock, Sample, sum_below};

/// Two threads answer each other over channels of the standard library.
pub(crate) fn ping_pong(trips: u64) -> Sample {
    let (to_echo, at_echo) = sync_channel::<u64>(1);
    let (to_caller, at_caller) = sync_channel::<u64>(1);
    let echo = thread::spawn(move || {
        for _ in 0..trips {
            let message = at_echo.recv().expect("the caller sends");
            to_caller.send(message + 1).expect("the caller listens");
        }
    });
    let clock = Clock::start();
    let mut sum = 0;
    for trip in 0..trips {
        to_echo.send(trip).expect("the echo listens");
        sum += at_caller.recv().expect("the echo answers");
    }
    let sample = clock.stop(trips);
    echo.join().expect("the echo");
    assert_eq!(sum, sum_below(trips + 1), "each answer is one more");
    sample
}
