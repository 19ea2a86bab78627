//! A future by hand: it lets the other tasks run once, then it is ready.

use std::pin::Pin;
use std::task::{Context, Poll};

/// Lets other tasks run before this one goes on.
pub fn yield_now() -> YieldNow {
    YieldNow { yielded: false }
}

/// The future of [`yield_now`].
#[derive(Debug)]
pub struct YieldNow {
    /// Was it polled before?
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        // The promise that goes with `Pending`: the waker will be called. No other code would do so
        // here, so we do. It does not run the task now; it puts it at the end of the run queue.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
