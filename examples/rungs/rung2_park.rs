//! Rung 2 of 7: how does the thread sleep until there is something to do?
//!
//! It parks. The waker that it passes to `poll` ends that, from any thread: [`Unpark`]. A future
//! that has to wait keeps a clone of the waker, and sees to it that the clone is called when
//! another poll is worthwhile. For a sleep a helper thread does that: it sleeps instead of the
//! runtime's thread.
//!
//! Can: the same programs, with one poll for each wake. Between two polls the processor is idle.
//! Flaw: one future at a time. All other work waits until that future is ready.
//! Next: rung 3 has many futures, and a queue of those that are to be polled.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use play::story;

/// What the story calls `future`: in the next rung others have numbers, too.
const MAIN: usize = 0;

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let unpark = Arc::new(Unpark { thread: thread::current(), woken: AtomicBool::new(false) });
    let waker = Waker::from(Arc::clone(&unpark));
    let mut cx = Context::from_waker(&waker);
    loop {
        story::polled(MAIN);
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        story::pending(MAIN);
        // `park` may return without a reason, so a flag decides. A wake that came before it is not
        // lost: it has set the flag, and `park`'s own token.
        while !unpark.woken.swap(false, Ordering::AcqRel) {
            story::parked();
            thread::park();
            story::back();
        }
    }
}

/// What the waker points to: the thread that is to poll again, and whether it was woken.
struct Unpark {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        story::woken(MAIN);
        // A swap also reads: so the last of several wakers passes on what the others have written.
        // A plain store would replace their news by its own.
        self.woken.swap(true, Ordering::AcqRel);
        self.thread.unpark();
    }
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now() + duration, alarm: None }
}

pub struct Sleep {
    deadline: Instant,
    /// Shared with the helper thread, once there is one.
    alarm: Option<Arc<Mutex<Alarm>>>,
}

struct Alarm {
    rang: bool,
    waker: Waker,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(alarm) = &self.alarm {
            let mut alarm = alarm.lock().unwrap();
            if alarm.rang {
                return Poll::Ready(());
            }
            // The newest waker counts: another task may poll the future by now.
            alarm.waker.clone_from(cx.waker());
        } else {
            let alarm = Alarm { rang: false, waker: cx.waker().clone() };
            let alarm = Arc::new(Mutex::new(alarm));
            self.alarm = Some(Arc::clone(&alarm));
            let deadline = self.deadline;
            thread::spawn(move || ring_at(deadline, &alarm));
        }
        Poll::Pending
    }
}

/// The helper thread's work.
fn ring_at(deadline: Instant, alarm: &Mutex<Alarm>) {
    thread::sleep(deadline.saturating_duration_since(Instant::now()));
    let mut alarm = alarm.lock().unwrap();
    alarm.rang = true;
    let waker = alarm.waker.clone();
    drop(alarm); // release the lock first, then wake
    waker.wake();
}

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
