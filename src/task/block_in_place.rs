//! What if async code must block but can't move its data to another thread?
//!
//! In a multi-thread runtime, tokio's `block_in_place` hands the thread's other tasks to a new
//! thread, then runs the closure. kettle has only one thread that can run tasks. So
//! [`block_in_place`] panics on that thread, as tokio's does in a current-thread runtime, and the
//! message says what to write instead. On any other thread it just calls the closure.
//!
//! Programs that were written for several threads run on kettle through `interop/tokio`, which uses
//! [`run_in_place`]: it blocks all tasks while the closure runs.
//!
//! Invariant: as in tokio, the closure runs without a budget and may call `block_on`.
//!
//! tokio: `task/blocking.rs`, `runtime/scheduler/multi_thread/worker.rs`.

use kettle_runtime::{drives_runtime, outside_block_on};

/// Runs a closure that blocks, on a thread where it doesn't delay any task.
///
/// # Panics
///
/// On a thread that drives a runtime, because the closure would delay all of its tasks: use
/// [`spawn_blocking`](crate::task::spawn_blocking) there. A panic in `f` is passed on.
///
/// tokio: `tokio::task::block_in_place` panics in the same way in a current-thread runtime.
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

/// Runs the closure on any thread, even if that delays tasks.
#[doc(hidden)]
pub fn run_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    outside_block_on(f)
}
