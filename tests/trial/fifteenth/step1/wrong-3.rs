// WRONG. Believes that reading the clock once before each poll is enough. A sleep that is made after other work in the same poll counts from the poll's beginning. Breaks "notes the deadline: now, plus the duration" and "counted from this call": it is ready too early.
//! Step 1 of 7: Who polls a future, and when?

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

thread_local! {
    /// The time of this round: the clock is read once for all sleeps in it.
    static NOW: Cell<Option<Instant>> = const { Cell::new(None) };
}

fn now() -> Instant {
    NOW.get().unwrap_or_else(Instant::now)
}

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        let before = NOW.replace(Some(Instant::now()));
        let polled = future.as_mut().poll(&mut context);
        NOW.set(before);
        if let Poll::Ready(output) = polled {
            return output;
        }
    }
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: now() + duration }
}

pub struct Sleep {
    deadline: Instant,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        if self.deadline <= now() { Poll::Ready(()) } else { Poll::Pending }
    }
}

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
