//! A driver's thread calls the waker of a future of our own at each interrupt, thousands of times, though only few bring
//! something that the future waits for.
//!
//! Right: a wake-up may come for nothing; the future looks and waits on. The device decides how often.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::interval;

#[derive(Default)]
struct Device {
    level: AtomicU32,
    waiting: Mutex<Option<Waker>>,
}

impl Device {
    fn interrupt(&self) {
        self.level.fetch_add(1, Ordering::AcqRel);
        let waiting = self.waiting.lock().unwrap().clone();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    async fn reaches(&self, level: u32) -> u32 {
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            *self.waiting.lock().unwrap() = Some(cx.waker().clone());
            if self.level.load(Ordering::Acquire) >= level {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
        polls
    }
}

#[kettle::main]
async fn main() {
    let device = Arc::new(Device::default());
    let hardware = device.clone();
    let thread = thread::spawn(move || {
        for _ in 0..10_000 {
            thread::sleep(Duration::from_micros(150));
            hardware.interrupt();
        }
    });
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { device.reaches(9000).await });
    tasks.spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        for _ in 0..5 {
            clock.tick().await;
        }
        5
    });
    println!("{:?} polls", tasks.join_all().await);
    thread.join().unwrap();
}
