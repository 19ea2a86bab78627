//! A sensor's driver (a thread) sets a flag and calls the waker of an `AtomicWaker`; a task waits for that.
//!
//! Right: the task registers its waker and looks again, as the page of `AtomicWaker` says. Two polls in one turn register it twice.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures_util::task::AtomicWaker;

#[derive(Default)]
struct Sensor {
    value: AtomicU32,
    waits: AtomicWaker,
}

async fn above(sensor: &Sensor, limit: u32) -> u32 {
    poll_fn(|cx| {
        sensor.waits.register(cx.waker());
        match sensor.value.load(Ordering::Acquire) {
            value if value > limit => Poll::Ready(value),
            _ => Poll::Pending,
        }
    })
    .await
}

#[kettle::main]
async fn main() {
    let sensor = Arc::new(Sensor::default());
    let driver = thread::spawn({
        let sensor = sensor.clone();
        move || {
            for value in 1..=4 {
                thread::sleep(Duration::from_millis(700));
                sensor.value.store(value, Ordering::Release);
                sensor.waits.wake();
            }
        }
    });
    let alarm = kettle::spawn(async move { (above(&sensor, 1).await, above(&sensor, 3).await) });
    println!("{:?}", alarm.await.unwrap());
    driver.join().unwrap();
}
