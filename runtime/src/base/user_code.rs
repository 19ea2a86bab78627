//! What happens when a waker or a drop that the loop calls panics?
//!
//! The panic hook prints it, and it is caught here. (A panic in a task's poll is the task's output:
//! `join/stage.rs`.)
//!
//! Interface: [`catch_panic`], [`wake_some`]. Invariant: the user code is called with no lock held
//! and nothing borrowed.
//!
//! tokio: the same `catch_unwind` around each such call.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Waker;

/// One step of the loop calls at most this many wakers. What is left waits for the next turn,
/// behind tasks and timers.
pub(crate) const PER_STEP: usize = 1024;

/// Runs user code. A panic's value is leaked, because dropping it might panic again.
pub(crate) fn catch_panic(user_code: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(user_code)) {
        mem::forget(panic);
    }
}

/// Calls wakers from the front, but not too many at once; each even if the one before it panicked.
pub(crate) fn wake_some(wakers: &mut VecDeque<Waker>) {
    for waker in wakers.drain(..wakers.len().min(PER_STEP)) {
        catch_panic(|| waker.wake());
    }
}
