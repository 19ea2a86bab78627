//! Step 2 of 7.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Ends the sleep of one thread.
struct Unparker(Thread, AtomicBool);

impl Wake for Unparker {
    fn wake(self: Arc<Self>) {
        self.1.swap(true, Ordering::AcqRel);
        self.0.unpark();
    }
}

impl Unparker {
    fn wait(&self) {
        while !self.1.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    let unparker = Arc::new(Unparker(thread::current(), AtomicBool::new(false)));
    let waker = Waker::from(unparker.clone());
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => break output,
            Poll::Pending => unparker.wait(),
        }
    }
}

enum State {
    /// Nobody has asked yet.
    New,
    Awaited(Waker),
    Over,
}

pub fn sleep(duration: Duration) -> Sleep {
    let deadline = Instant::now() + duration;
    let state = Arc::new(Mutex::new(State::New));
    let own = Arc::clone(&state);
    thread::spawn(move || {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            thread::sleep(left);
        }
        let before = std::mem::replace(&mut *own.lock().unwrap(), State::Over);
        if let State::Awaited(waker) = before {
            waker.wake();
        }
    });
    Sleep { state }
}

pub struct Sleep {
    state: Arc<Mutex<State>>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let newest = cx.waker().clone();
        let mut state = self.state.lock().unwrap();
        if matches!(*state, State::Over) {
            return Poll::Ready(());
        }
        let old = std::mem::replace(&mut *state, State::Awaited(newest));
        drop(state);
        drop(old);
        Poll::Pending
    }
}

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
