//! How does a task let others run without waiting for something?
//!
//! It defers its own waker and returns `Pending`. The loop calls the deferred waker after the other
//! ready tasks have been polled in this turn, and the second poll returns `Ready`.
//!
//! tokio: `task/yield_now.rs`.

use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::defer;
use kettle_runtime::event::Deferral;

use crate::sync::pinned::pinned;

/// Lets other tasks run before this one continues.
///
/// # Cancel safety
///
/// Nothing is lost if the future is dropped.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let other = kettle::spawn(async {});
/// kettle::task::yield_now().await;
/// assert!(other.is_finished());
/// # }
/// ```
#[track_caller]
pub fn yield_now() -> impl Future<Output = ()> {
    pinned(YieldNow { yielded: false })
}

/// Written by hand, because an `async fn` would wrap it in one more state machine.
struct YieldNow {
    yielded: bool,
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        defer(cx, Deferral::Yield);
        Poll::Pending
    }
}
