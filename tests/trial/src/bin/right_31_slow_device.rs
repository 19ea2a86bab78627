//! A future of our own, woken by a thread that is at work for a second and a half. The runtime has no timer
//! and no socket.
//!
//! Suspicious: the runtime sleeps without a deadline, and the only waker is in other code. Right: the thread
//! will call it, late.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct Measure {
    value: Option<u32>,
    waiting: Option<Waker>,
}

type Shared = Arc<Mutex<Measure>>;

fn measure(shared: &Shared) {
    let mut value = 1_u32;
    for _part in 0..30 {
        thread::sleep(Duration::from_millis(50));
        value = value.wrapping_mul(17);
    }
    let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
    state.value = Some(value);
    let waiting = state.waiting.take();
    drop(state);
    if let Some(waiting) = waiting {
        waiting.wake();
    }
}

async fn measured(shared: Shared) -> u32 {
    poll_fn(|cx| {
        let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = state.value {
            return Poll::Ready(value);
        }
        state.waiting = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

#[kettle::main]
async fn main() {
    let shared = Shared::default();
    let device = shared.clone();
    thread::spawn(move || measure(&device));
    let shown = kettle::spawn(async move { println!("{}", measured(shared).await) });
    shown.await.expect("it doesn't panic");
}
