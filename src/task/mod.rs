//! How does a future run alongside the code that made it?
//!
//! [`spawn`] makes it a task, which the runtime polls whenever its waker has been called, until it
//! is ready. The join handle awaits the task's output and can abort it.
//!
//! ```
//! # #[kettle::main] async fn main() {
//! let tea = kettle::task::spawn(async { "tea" }); // it runs even if nobody awaits it
//! assert_eq!(tea.await.unwrap(), "tea");
//! # }
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `yield_now.rs` | how does a task let others run without waiting for something? |
//! | `coop.rs` | how does a task with futures from other crates share its thread fairly? |
//! | `task_local.rs` | how does a task have a value of its own that all its functions can reach? |
//! | `local_queue.rs`, `local_set.rs` | how do futures that are not `Send` become tasks? |
//! | `spawn_local.rs` | which local set does `spawn_local` use? |
//! | `join_set/` | how does a task wait for many tasks and take each output once it is ready? |
//! | `block_in_place.rs` | what if async code must block but can't move its data to another thread? |

mod block_in_place;
pub mod coop;
mod join_set;
mod local_queue;
mod local_set;
pub(crate) mod spawn_local;
mod task_local;
mod yield_now;

/// The module's named futures.
pub mod futures {
    pub use super::task_local::TaskLocalFuture;
}

pub use block_in_place::block_in_place;
#[doc(hidden)]
pub use block_in_place::run_in_place;
/// An owned permission to abort a task.
pub use kettle_runtime::AbortHandle;
/// An opaque number that identifies a task in this process. `KETTLE_TRACE=-` prints other numbers.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let handle = kettle::spawn(async { kettle::task::id() });
/// let id = handle.id();
/// assert_eq!(id, handle.await.unwrap());
/// # }
/// ```
pub use kettle_runtime::Id;
/// The error from a task that has no output, because it panicked or was aborted.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let error = kettle::spawn(async { panic!("no water") }).await.unwrap_err();
/// assert!(error.is_panic());
/// assert!(error.to_string().contains("no water"));
/// # }
/// ```
pub use kettle_runtime::JoinError;
/// An owned permission to await a task. Dropping it detaches the task, which carries on.
///
/// Awaiting it returns the task's output, or a [`JoinError`] if it panicked or was aborted.
///
/// # Cancel safety
///
/// `&mut handle` in a `select!` is cancel safe: the output stays for the next await.
///
/// # Panics
///
/// If polled again after it has been ready.
///
/// ```
/// # #[kettle::main] async fn main() {
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
/// Spawns a future as a task of the entered runtime. It is first polled after the spawning task has
/// returned `Pending`, whether or not the handle is awaited, and dropping the handle doesn't end
/// it. The runtime drops unfinished tasks when it ends, for example at the end of `main`. Only the
/// handle reports a panic in the task.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let handle = kettle::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
/// # }
/// ```
pub use kettle_runtime::spawn;
/// Runs a closure that blocks, on a thread where it doesn't delay any task.
///
/// The handle returns the closure's output. A closure that has started can't be stopped: `abort`
/// works only while it is waiting for a thread, and the runtime's end waits for it.
///
/// ```
/// # #[kettle::main] async fn main() {
/// let sum = kettle::task::spawn_blocking(|| (1..=10).sum::<u32>());
/// assert_eq!(sum.await.unwrap(), 55);
/// # }
/// ```
pub use kettle_runtime::spawn_blocking;
// These belong in `coop`; tokio also has them here, from older versions.
#[doc(hidden)]
pub use coop::{Unconstrained, consume_budget, unconstrained};
pub use join_set::JoinSet;
#[cfg(feature = "test-util")]
pub(crate) use local_set::let_urgent_run;
pub use local_set::{LocalEnterGuard, LocalSet};
pub use spawn_local::spawn_local;
pub use task_local::LocalKey;
pub use yield_now::yield_now;

/// Returns the id of the task or blocking job that calls this.
///
/// # Panics
///
/// If called outside tasks and blocking jobs. `block_on`'s own future has no id.
///
/// ```
/// # #[kettle::main] async fn main() {
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

/// Returns the id of the task or blocking job that calls this, if there is one.
///
/// In the drop of a task's future, or of its output that no handle has taken, it is the task's.
///
/// ```
/// assert!(kettle::task::try_id().is_none());
/// ```
pub fn try_id() -> Option<Id> {
    kettle_runtime::shown_id()
}
