//! What tests of time share.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kettle::time::{Duration, Instant, Sleep, sleep};

#[allow(unused_imports)] // each test file uses its part
pub use super::engine::{outputs_of, panic_of, paused, runtime, words_of as words, yield_times};

pub fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub fn poll_once<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls it once, with the waker of the task that awaits this.
pub async fn look<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}

/// A sleep that several tasks and threads share.
#[derive(Clone)]
pub struct Shared {
    pub sleep: Arc<Mutex<Pin<Box<Sleep>>>>,
    polls: Arc<AtomicUsize>,
}

impl Shared {
    /// A sleep of the current runtime.
    pub fn new(duration: Duration) -> Shared {
        Shared { sleep: Arc::new(Mutex::new(Box::pin(sleep(duration)))), polls: Arc::default() }
    }

    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.polls.fetch_add(1, Ordering::Relaxed);
        self.sleep.lock().unwrap().as_mut().poll(cx)
    }

    /// How often it was polled.
    pub fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    pub fn reset(&self, deadline: Instant) {
        self.sleep.lock().unwrap().as_mut().reset(deadline);
    }

    /// Waits until it is ready, and gives the time. If nobody wakes us, an hour's alarm does, and
    /// the time is wrong.
    pub async fn wait(self) -> Instant {
        let mut alarm = pin!(sleep(secs(3600)));
        poll_fn(|cx| {
            if alarm.as_mut().poll(cx).is_ready() || self.poll(cx).is_ready() {
                return Poll::Ready(Instant::now());
            }
            Poll::Pending
        })
        .await
    }
}

/// The same numbers each time.
pub struct Xorshift(pub u64);

impl Xorshift {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
