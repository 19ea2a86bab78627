//! Rung 1 of 7: who polls a future, and when?
//!
//! A future does nothing until its `poll` is called. [`block_on`] calls it, again and again, until
//! the answer is `Ready`. That is a whole runtime: it runs any `async fn`.
//!
//! Can: one future, and all that it awaits, one after another.
//! Flaw: it asks all the time, because the waker that it passes to the future does nothing, so no
//! timer can say "now". The more often it asks, the busier the processor is for nothing; the less
//! often, the later it learns that the time is over.
//! Next: in rung 2 the waker wakes the thread, and the thread sleeps until then.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now() + duration }
}

pub struct Sleep {
    deadline: Instant,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline { Poll::Ready(()) } else { Poll::Pending }
    }
}

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
