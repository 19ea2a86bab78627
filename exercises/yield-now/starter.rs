//! A future by hand: it lets the other tasks run once, then it is ready.
//!
//! Replace the `todo!()`: about five lines.

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

    /// `self` can be used like a `&mut YieldNow`: `self.yielded` can be read and set. `cx.waker()`
    /// is the waker of the task that polls.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        todo!("what does the first poll do, and what the second?")
    }
}
