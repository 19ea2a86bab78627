//! A beacon sends a sign each 50 ms, but only while somebody is at sea: a stream of signs, written by hand around one `Sleep`.
//!
//! Wrong: when the time has come and nobody is at sea, the `Sleep` is reset for the next time and `Pending` is returned. The new
//! deadline has never been polled, so no timer has the task's waker.
//!
//! Expected: `lost_wakeup` of the beacon: its waker is stored nowhere. The cure: poll the `Sleep` again after the `reset` (a loop).
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::time::{Instant, Sleep, sleep};

const PERIOD: Duration = Duration::from_millis(50);

struct Beacon {
    next: Pin<Box<Sleep>>,
    ships: Arc<AtomicU32>,
}

impl Beacon {
    fn poll_sign(&mut self, cx: &mut Context<'_>) -> Poll<u32> {
        ready!(self.next.as_mut().poll(cx));
        self.next.as_mut().reset(Instant::now() + PERIOD);
        match self.ships.load(Ordering::Relaxed) {
            0 => Poll::Pending, // no sign this time
            ships => Poll::Ready(ships),
        }
    }
}

#[kettle::main]
async fn main() {
    let ships = Arc::new(AtomicU32::new(2));
    let mut beacon = Beacon { next: Box::pin(sleep(PERIOD)), ships: Arc::clone(&ships) };
    let signs = kettle::spawn(async move {
        for _ in 0..6 {
            println!("a sign for {} ships", poll_fn(|cx| beacon.poll_sign(cx)).await);
        }
    });
    for at_sea in [1, 0, 3] {
        sleep(Duration::from_millis(70)).await;
        ships.store(at_sea, Ordering::Relaxed);
    }
    signs.await.unwrap();
}
