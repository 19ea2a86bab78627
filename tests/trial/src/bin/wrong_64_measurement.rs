//! A sensor measures on a thread of its own. `main` waits a little for the value, and hands the rest of the wait to a
//! task.
//!
//! Wrong: the future stores a waker only if none is there. The one that is there belongs to `main`, which polled first.
//!
//! Expected: `lost_wakeup` of the task. The cure: store the waker of each poll, in place of the one before.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::time::timeout;

#[derive(Default)]
struct Shared {
    celsius: Option<u32>,
    waker: Option<Waker>,
}

struct Measurement(Arc<Mutex<Shared>>);

impl Measurement {
    fn start(takes: Duration) -> Measurement {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let sensor = Arc::clone(&shared);
        thread::spawn(move || {
            thread::sleep(takes);
            let mut shared = sensor.lock().unwrap();
            shared.celsius = Some(96);
            if let Some(waker) = shared.waker.take() {
                waker.wake();
            }
        });
        Measurement(shared)
    }
}

impl Future for Measurement {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        let mut shared = self.0.lock().unwrap();
        if let Some(celsius) = shared.celsius {
            return Poll::Ready(celsius);
        }
        if shared.waker.is_none() {
            shared.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let mut measurement = Measurement::start(Duration::from_millis(300));
    if let Ok(celsius) = timeout(Duration::from_millis(50), &mut measurement).await {
        println!("{celsius} °C, at once");
        return;
    }
    println!("the sensor is slow, going on");
    let later = kettle::spawn(async move { println!("{} °C, at last", measurement.await) });
    later.await.expect("a value");
}
