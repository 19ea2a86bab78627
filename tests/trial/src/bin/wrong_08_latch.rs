//! A latch that opens when three services are up. `main` waits for it for a moment, and lets a task
//! go on waiting if that was not enough.
//!
//! The mistake: `poll` stores the first waker it sees and keeps it. When the future has moved into
//! another task, the latch still wakes `main`.
//!
//! Expected: a lost wake-up of the spawned task: its poll stored its waker nowhere. Cure: store the
//! waker of the latest poll (`clone_from`), not only the first.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::{sleep, timeout};

#[derive(Clone)]
struct Latch(Arc<Mutex<(usize, Option<Waker>)>>);

impl Latch {
    fn count_down(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 -= 1;
        if let (0, Some(waker)) = (state.0, state.1.take()) {
            waker.wake();
        }
    }
}

impl Future for Latch {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 == 0 {
            return Poll::Ready(());
        }
        state.1.get_or_insert_with(|| cx.waker().clone());
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let latch = Latch(Arc::new(Mutex::new((3, None))));
    for service in 1..=3 {
        let latch = latch.clone();
        kettle::spawn(async move {
            sleep(Duration::from_millis(60 * service)).await;
            println!("service {service} is up");
            latch.count_down();
        });
    }
    let mut all_up = latch;
    if timeout(Duration::from_millis(50), &mut all_up).await.is_err() {
        println!("slow start: waiting in the background");
        let waiting = kettle::spawn(async move {
            all_up.await;
            println!("all up");
        });
        waiting.await.expect("it doesn't panic");
    }
}
