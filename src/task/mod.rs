//! How does a future get a life of its own?
//!
//! By [`spawn`]: as a task it is polled by the runtime whenever its waker is called, beside all
//! others, until it is ready. The handle gives its output, or its end.
//!
//! ```
//! # #[kettle::main]
//! # async fn main() {
//! let tea = kettle::task::spawn(async { "tea" }); // it is on its way, before anything awaits it
//! assert_eq!(tea.await.unwrap(), "tea");
//! # }
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `yield_now.rs` | how does a task let others run though it has nothing to wait for? |
//! | `coop.rs` | how does a task share its thread fairly with futures of other crates in it? |
//! | `task_local.rs` | how does a task have a value of its own that every function can reach? |
//! | `local_queue.rs`, `local_set.rs` | how do futures that are not `Send` become tasks? |
//! | `spawn_local.rs` | which local set does `spawn_local` mean, at this place? |
//! | `join_set/` | how does a task wait for many tasks, and take each output as it comes? |
//! | `block_in_place.rs` | what if async code must block, and can't move what it needs away? |

mod block_in_place;
pub mod coop;
mod join_set;
mod local_queue;
mod local_set;
pub(crate) mod spawn_local;
mod task_local;
mod yield_now;

/// The futures of this module.
pub mod futures {
    pub use super::task_local::TaskLocalFuture;
}

pub use block_in_place::block_in_place;
#[doc(hidden)]
pub use block_in_place::run_in_place;
/// Owned permission to ask for a task's end.
pub use kettle_runtime::AbortHandle;
/// An opaque number that names a task among all of this process. (The story that `KETTLE_TRACE=-`
/// tells counts the tasks of its run instead.)
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { kettle::task::id() });
/// let id = handle.id();
/// assert_eq!(id, handle.await.unwrap());
/// # }
/// ```
pub use kettle_runtime::Id;
/// A task ended without an output: it was aborted, or it panicked.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let error = kettle::spawn(async { panic!("no water") }).await.unwrap_err();
/// assert!(error.is_panic());
/// assert!(error.to_string().contains("no water"));
/// # }
/// ```
pub use kettle_runtime::JoinError;
/// Owned permission to await a task's end. Dropped, it detaches the task, which runs on.
///
/// Awaiting it gives the task's output, or a [`JoinError`] if it panicked or was aborted.
///
/// # Cancel safety
///
/// `&mut handle` in a `select!` is cancel safe: the output stays for the next await.
///
/// # Panics
///
/// When polled again after it was ready.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { "tea" });
/// assert!(!handle.is_finished());
/// assert_eq!(handle.await.unwrap(), "tea");
///
/// let (one, two) = (kettle::spawn(std::future::pending::<()>()), kettle::spawn(async {}));
/// assert_ne!(one.id(), two.id());
/// one.abort(); // or `one.abort_handle().abort()`, if another task waits for it
/// assert!(one.await.unwrap_err().is_cancelled());
/// # }
/// ```
pub use kettle_runtime::JoinHandle;
/// Makes a future a task of the entered runtime. It is first polled after the task that spawns it
/// has returned `Pending`, whether or not the handle is awaited; dropping the handle does not end
/// it. A task that has not ended when its runtime does, such as at the end of `main`, is dropped. A
/// panic in it is reported to its handle alone.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
/// # }
/// ```
pub use kettle_runtime::spawn;
/// Runs a closure that blocks, on a thread where that delays no task.
///
/// The handle gives what it returns. A closure that has started can't be stopped: `abort` only
/// helps as long as it waits for a thread, and the runtime's end waits for it.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let sum = kettle::task::spawn_blocking(|| (1..=10).sum::<u32>());
/// assert_eq!(sum.await.unwrap(), 55);
/// # }
/// ```
pub use kettle_runtime::spawn_blocking;
// Their place is `coop`; tokio has them here, too, from before.
#[doc(hidden)]
pub use coop::{Unconstrained, consume_budget, unconstrained};
pub use join_set::JoinSet;
#[cfg(feature = "test-util")]
pub(crate) use local_set::let_urgent_run;
pub use local_set::{LocalEnterGuard, LocalSet};
pub use spawn_local::spawn_local;
pub use task_local::LocalKey;
pub use yield_now::yield_now;

/// The id of the task that calls this, or of the blocking job.
///
/// # Panics
///
/// Outside of a task: in code that no task polls and no `spawn_blocking` runs, and in `block_on`'s
/// own future, which has no id.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let task = kettle::spawn(async { kettle::task::id() });
/// let id = task.id();
/// assert_eq!(task.await.unwrap(), id);
/// # }
/// ```
#[track_caller]
pub fn id() -> Id {
    match try_id() {
        Some(id) => id,
        None => panic!(
            "`task::id` was called outside of a task: neither a spawned task nor a blocking job runs \
             here. (`block_on`'s own future has no id; `task::try_id` does not panic)"
        ),
    }
}

/// The id of the task or blocking job that calls this, if one does.
///
/// In the drop of a task's future, or of an output that no handle has taken, it is that task's.
///
/// ```
/// assert!(kettle::task::try_id().is_none());
/// ```
pub fn try_id() -> Option<Id> {
    kettle_runtime::shown_id()
}
