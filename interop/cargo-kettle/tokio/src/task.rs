//! kettle's `task`, with a `block_in_place` for programs that were written for several threads.

use std::panic::Location;

pub use kettle::task::*;

use crate::said;

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
    if kettle::runtime::worker_index().is_none() {
        return kettle::task::run_in_place(f); // no task waits for this thread
    }
    kettle::trace::note("block_in_place: on one thread, no other task runs meanwhile");
    let _blocks = said::if_it_blocks_for_long(Location::caller());
    kettle::task::run_in_place(f)
}
