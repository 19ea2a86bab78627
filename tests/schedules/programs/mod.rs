//! Which programs are right when tasks are served first come, first served, and wrong in another
//! order?
//!
//! Each has one mistake of a kind that is made every day, and says three things before any search
//! has seen it: what goes wrong, why the usual order hides it, and the fewest decisions of the
//! runtime that have to come out otherwise. A task that [`go`] spawns takes no part of the budget:
//! so there is one way to break the program, and the number is known.

pub(crate) mod order;
pub(crate) mod other;
pub(crate) mod signals;

use kettle::task::{JoinHandle, coop::unconstrained};

/// Spawns a task whose awaits end no poll early.
#[track_caller]
pub(crate) fn go<F>(task: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    kettle::spawn(unconstrained(task))
}

/// Spawns a task that spawns a task … and the last one of so many runs `then`. Each hop is one
/// place further back in the run queue.
pub(crate) fn after_hops(hops: usize, then: impl FnOnce() + Send + 'static) {
    go(async move {
        match hops {
            0 => then(),
            _ => after_hops(hops - 1, then),
        }
    });
}
