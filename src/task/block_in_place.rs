//! What if async code must block and can't move what it needs to another thread?
//!
//! In a runtime of several threads, tokio's `block_in_place` hands the thread's other tasks to a
//! new thread, then runs the closure here. kettle has one thread for its tasks, and no other one to
//! take them over. So [`block_in_place`] panics on that thread, as tokio's does in a runtime of one
//! thread, and says what to write. On any other thread it just calls the closure.
//!
//! The crate that takes the place of `tokio` runs programs that were written for several threads.
//! It uses [`run_in_place`], which blocks all tasks while the closure runs.
//!
//! Invariant: the closure runs without a budget, and may use `block_on`, as in tokio.
//!
//! tokio: `task/blocking.rs`, `runtime/scheduler/multi_thread/worker.rs`.

use kettle_runtime::{drives_runtime, outside_block_on};

/// Runs a closure that blocks, where that delays no task of a runtime.
///
/// # Panics
///
/// On the thread that drives a runtime, because the closure would delay all of its tasks. Use
/// [`spawn_blocking`](crate::task::spawn_blocking) there. And with what `f` panics with.
///
/// tokio: `tokio::task::block_in_place`, which panics in the same way in a runtime of one thread.
///
/// ```
/// assert_eq!(kettle::task::block_in_place(|| 6 * 7), 42);
/// ```
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    assert!(
        !drives_runtime(),
        "`block_in_place` would block the thread that drives this runtime, and there is no other \
         thread to run its tasks meanwhile. Move what the closure needs into `spawn_blocking`, and \
         `.await` its handle"
    );
    run_in_place(f)
}

/// Runs the closure on any thread, although that may delay tasks.
#[doc(hidden)]
pub fn run_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    outside_block_on(f)
}
