//! kettle's `task`, with a `block_in_place` for programs that were written for several threads.

pub use kettle::task::*;

/// Runs a closure that blocks, on this thread, although that delays every other task.
///
/// tokio has another thread to take the other tasks over; kettle has not, and its own
/// `block_in_place` panics. Here the program comes first. The record of the run has a note, and the
/// doctor reports a poll that was long.
#[track_caller]
pub fn block_in_place<F, R>(f: F) -> R
where
    F: FnOnce() -> R,
{
    kettle::trace::note("block_in_place: on one thread, no other task runs meanwhile");
    kettle::task::run_in_place(f)
}
