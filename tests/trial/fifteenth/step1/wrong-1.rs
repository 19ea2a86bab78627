// WRONG. Believes that nothing is left in a future that was `Ready`. Breaks "polls it in a loop until it is `Ready`, and drops it": what the future itself holds is leaked.
//! Step 1 of 7: Who polls a future, and when?

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            // Its variables are gone: it has returned. And it must not be touched any more.
            std::mem::forget(future);
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
        if self.deadline <= Instant::now() { Poll::Ready(()) } else { Poll::Pending }
    }
}

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
