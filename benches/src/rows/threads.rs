//! What does it cost when the sender is another thread?

use std::thread;
use std::time::{Duration, Instant};

use super::rt;
use super::rt::mpsc;
use crate::sample::{Sample, median};

/// How long a sender waits so that the runtime sleeps again.
const PAUSE: Duration = Duration::from_micros(200);

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
        Sample::new(median(&mut took))
    })
}
