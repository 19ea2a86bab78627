//! What happens when a waker, or the drop of an output or message, panics?
//!
//! No caller could handle that panic, so [`catch_panic`] catches it once std's hook has printed it,
//! and the loop goes on. A panic in a task's own poll, or in the drop of its future, becomes the
//! task's output instead (`join/join_handle.rs`).
//!
//! Invariant: nothing is locked or borrowed while user code runs, here and wherever the engine
//! polls a future, calls a waker or drops a value of the program's. The waker or value is first
//! taken out, because its code may need the lock, as when it drops a source or spawns a task.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kettle_events::assert_unlocked;

/// Runs user code. Leaks the value of a panic, because dropping it might panic again.
pub(crate) fn catch_panic(user_code: impl FnOnce()) {
    assert_unlocked();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(user_code)) {
        mem::forget(panic);
    }
}
