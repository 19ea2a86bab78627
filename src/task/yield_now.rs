//! How does a task let others run though it has nothing to wait for?
//!
//! It has its waker deferred and returns `Pending`: the loop calls the waker when the other ready
//! tasks have had their polls in this turn. The second poll is ready.
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
/// # #[kettle::main]
/// # async fn main() {
/// let other = kettle::spawn(async {});
/// kettle::task::yield_now().await;
/// assert!(other.is_finished());
/// # }
/// ```
#[track_caller]
pub fn yield_now() -> impl Future<Output = ()> {
    pinned(YieldNow { yielded: false })
}

/// By hand: an `async fn` is one more state machine around it.
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
