//! What happens when a waker panics, or the drop of an output or a message?
//!
//! Std's panic hook prints it, and it is caught here. (A panic in a task's poll or in its future's
//! drop is the task's output: `join/join_handle.rs`.)
//!
//! Interface: [`catch_panic`], [`wake_some`]. Invariant: the user code is called with no lock held
//! and nothing borrowed.
//!
//! tokio: the same `catch_unwind` around each such call.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

use kettle_events::Point;

use super::schedule::choose;

/// One call of [`wake_some`] calls at most this many wakers. What is left waits for the next turn,
/// behind tasks and timers.
pub(crate) const PER_STEP: usize = 1024;

/// Runs user code. A panic's value is leaked, because dropping it might panic again.
pub(crate) fn catch_panic(user_code: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(user_code)) {
        mem::forget(panic);
    }
}

/// Calls at most [`PER_STEP`] wakers, oldest first. If one panics, the next is still called.
pub(crate) fn wake_some(point: Point, wakers: &mut VecDeque<Waker>) {
    for left in (1..=wakers.len().min(PER_STEP)).rev() {
        let nth = choose(point, left);
        let next = if nth == 0 { wakers.pop_front() } else { wakers.remove(nth) };
        catch_panic(|| next.into_iter().for_each(Waker::wake));
    }
}
