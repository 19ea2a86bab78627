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

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        // Lets other *threads* run. The other tasks are on this one.
        self.yielded = true;
        std::thread::yield_now();
        Poll::Ready(())
    }
}
