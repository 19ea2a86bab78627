//! How does a future become a task?
//!
//! It is boxed, gets a header with an [`Id`], and goes to its runtime's scheduler: directly where
//! that is current on this thread, from elsewhere as a message. Either way the handle is the same.
//!
//! Interface: [`spawn`], [`spawn_on`]. Invariant: a runtime that is shut down takes no new tasks:
//! the future is dropped where it was spawned, and the handle says cancelled.
//!
//! Not here: local tasks (crate `kettle`), blocking jobs (`blocking.rs`).
//!
//! tokio: `task/spawn.rs`, `Handle::spawn`; its future goes into the task's own allocation.

use std::panic::Location;
use std::sync::Arc;

use kettle_events::Id;

use super::context::shared;
use crate::inbox::Inbox;
use crate::join::{AbortHandle, JoinHandle};
use crate::tasks::{Header, Message, NewTask, Stage, current};

/// Makes a future a task of the current runtime. It is first polled after the task that spawns it
/// has come to an `.await` that waits, whether or not the handle is awaited; dropping the handle
/// does not end it. A task that has not ended when its runtime does, such as at the end of `main`,
/// is dropped. A panic in it is reported to its handle alone.
///
/// # Panics
///
/// Where there is no runtime.
///
/// tokio: `tokio::spawn`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { 6 * 7 });
/// assert_eq!(handle.await.unwrap(), 42);
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_on(shared(|shared| shared.inbox.clone()), future)
}

/// The same for the runtime that receives from this inbox.
#[track_caller]
pub(super) fn spawn_on<F>(inbox: Arc<Inbox<Message>>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let header = Header::new(Id::next(), inbox, 1);
    let handle = JoinHandle::of_box(AbortHandle::first(header.clone()));
    let task = Box::pin(Stage::new(future));
    let (at, size) = (Location::caller(), size_of::<F>());
    current::submit(NewTask { parts: Some((header, task)), at, size });
    handle
}
