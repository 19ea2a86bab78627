//! How does a future get a life of its own?
//!
//! By [`spawn`]: as a task it is polled by the runtime whenever its waker is called, beside all
//! others, until it is ready. The handle gives its output, or its end.
//!
//! tokio: `tokio::task`.

mod local_queue;
mod local_set;
mod yield_now;

pub use kettle_runtime::{AbortHandle, Id, JoinError, JoinHandle, spawn, spawn_blocking};
pub use local_set::{LocalEnterGuard, LocalSet, spawn_local};
pub use yield_now::yield_now;

/// The id of the task that calls this, or of the blocking job.
///
/// # Panics
///
/// Outside of a task: in code that no task polls and no `spawn_blocking` runs. (In `block_on`'s own future it is that future's
/// id; tokio panics there, because it gives that future none.)
///
/// tokio: `tokio::task::id`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let task = kettle::spawn(async { kettle::task::id() });
/// assert_ne!(task.await.unwrap(), kettle::task::id());
/// # }
/// ```
#[track_caller]
pub fn id() -> Id {
    match try_id() {
        Some(id) => id,
        None => panic!("`task::id` was called outside of a task: nothing is being polled here"),
    }
}

/// The id of the task or blocking job that calls this, if one does.
///
/// tokio: `tokio::task::try_id`.
///
/// ```
/// assert!(kettle::task::try_id().is_none());
/// ```
pub fn try_id() -> Option<Id> {
    kettle_runtime::running_task().or_else(kettle_runtime::running_job)
}
