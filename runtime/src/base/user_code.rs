//! What happens when a waker panics, or the drop of an output or a message?
//!
//! Std's panic hook prints it, and it is caught here. (A panic in a task's poll or in its future's
//! drop is the task's output: `join/join_handle.rs`.)
//!
//! Interface: [`catch_panic`], [`PER_PHASE`]. Invariant: nothing is locked or borrowed then.
//!
//! tokio: the same `catch_unwind` around each such call.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One phase of a turn calls at most this many wakers. What is left waits for the next turn.
pub(crate) const PER_PHASE: usize = 1024;

/// Runs user code. A panic's value is leaked, because dropping it might panic again.
pub(crate) fn catch_panic(user_code: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(user_code)) {
        mem::forget(panic);
    }
}
