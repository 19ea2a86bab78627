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

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        // The flag stays as it is: the next poll takes itself for the first again.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
