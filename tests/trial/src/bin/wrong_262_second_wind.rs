//! A lamp that fades: a future of our own that polls the timer's `Sleep` to see whether it is over, and if not, looks at a switch.
//!
//! Wrong: each poll makes a new `Sleep`, for the time that is left, polls it, and drops it as `Pending` is returned. With it goes the timer, and
//! with that the waker.
//!
//! Expected: `lost_wakeup` of task 1: its waker was dropped with the timer. The cure: keep the `Sleep` from one poll to the next.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, sleep_until};

struct Fade {
    until: Instant,
    switched_off: Arc<AtomicBool>,
}

impl Future for Fade {
    type Output = &'static str;

    fn poll(self: Pin<&mut Fade>, cx: &mut Context<'_>) -> Poll<&'static str> {
        if self.switched_off.load(Relaxed) {
            return Poll::Ready("switched off");
        }
        let left = pin!(sleep_until(self.until));
        left.poll(cx).map(|()| "faded")
    }
}

#[kettle::main]
async fn main() {
    let switched_off = Arc::new(AtomicBool::new(false));
    let until = Instant::now() + Duration::from_millis(300);
    let lamp = kettle::spawn(Fade { until, switched_off: Arc::clone(&switched_off) });
    println!("{}", lamp.await.unwrap());
    switched_off.store(true, Relaxed);
}
