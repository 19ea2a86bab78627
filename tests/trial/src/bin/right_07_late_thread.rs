//! A future written by hand that is completed by a thread: the thread waits on a condition variable with a
//! timeout (nobody signals it), two seconds and a half later it calls the waker.
//!
//! Suspicious: the waker is in foreign code, the loop has nothing else to do, and the only other thread
//! sleeps in a futex, as if for a lock.
//!
//! doctor: silence

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

#[derive(Default)]
struct State {
    done: bool,
    waker: Option<Waker>,
}

#[derive(Clone, Default)]
struct Measurement(Arc<(Mutex<State>, Condvar)>);

impl Measurement {
    fn start() -> Measurement {
        let measurement = Measurement::default();
        let theirs = measurement.clone();
        thread::spawn(move || {
            let (state, stop) = &*theirs.0;
            let state = state.lock().unwrap_or_else(PoisonError::into_inner);
            let limit = Duration::from_millis(2500);
            let (mut state, _) = stop
                .wait_timeout_while(state, limit, |state| !state.done)
                .unwrap_or_else(PoisonError::into_inner);
            state.done = true;
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        });
        measurement
    }
}

impl Future for Measurement {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.done {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

#[kettle::main]
async fn main() {
    let measured = kettle::spawn(Measurement::start());
    measured.await.expect("it doesn't panic");
    println!("measured");
}
