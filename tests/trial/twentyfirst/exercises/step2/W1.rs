//! Step 2 of 7.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Alarm {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Only the first wake since the last look has to end a park.
        if !self.woken.swap(true, Ordering::AcqRel) {
            self.thread.unpark();
        }
    }
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    let alarm = Arc::new(Alarm { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&alarm));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        while !alarm.woken.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now() + duration, shared: None }
}

pub struct Sleep {
    deadline: Instant,
    /// With the helper thread, once there is one.
    shared: Option<Arc<Mutex<Shared>>>,
}

struct Shared {
    over: bool,
    waker: Waker,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        let Some(shared) = &self.shared else {
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            let shared = Arc::new(Mutex::new(Shared { over: false, waker: cx.waker().clone() }));
            let helper = Arc::clone(&shared);
            thread::spawn(move || {
                thread::sleep(deadline.saturating_duration_since(Instant::now()));
                let mut shared = helper.lock().unwrap();
                shared.over = true;
                let waker = shared.waker.clone();
                drop(shared);
                waker.wake();
            });
            self.shared = Some(shared);
            return Poll::Pending;
        };
        let shared = shared.lock().unwrap();
        if shared.over {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
