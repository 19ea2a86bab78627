//! How does a program wait for a task's output?
//!
//! Through a [`JoinHandle`]. This is the output's way to it:
//!
//! 1. `spawn` puts the future into a box (`stage.rs`), and makes the header, which task and handle
//!    share, and a cell for the output. The scheduler gets header and box.
//! 2. The poll in which the future is ready leaves the output in the cell.
//! 3. The executor, which has taken the box out of the slab for the poll, drops it. With the box
//!    goes its completer (`completion.rs`): it tells the hand-over that the task has ended
//!    (`tasks/hand_over.rs`), and calls the handle's waker, if that is there.
//! 4. The handle's next poll takes the output out of the cell.
//!
//! A handle can be awaited on any thread, even while no thread drives the runtime.
//!
//! Interface: [`JoinHandle`]. Invariants: the newest waker is the one that is called; the output is
//! given once; a dropped handle detaches its task and does not end it.
//!
//! tokio: `runtime/task/join.rs`, a reference-counted pointer to the task.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_events::{Event, Id, Resource, awaited, emit};
use parking_lot::Mutex;

use super::{AbortHandle, JoinError};
use crate::base::user_code::catch_panic;
use crate::tasks::{budget, hand_over, show_id};

/// The waiting end of a task: a future of its output.
///
/// # Panics
///
/// When polled again after it was ready.
pub struct JoinHandle<T> {
    pub(super) task: AbortHandle,
    pub(super) cell: OutputCell<T>,
}

/// Where the output is until it is asked for. Empty at the end: the task was dropped before it.
pub(super) type OutputCell<T> = Arc<Mutex<Option<Result<T, JoinError>>>>;

impl<T> JoinHandle<T> {
    /// Asks for the task's end: its future is dropped instead of being polled again, and the handle
    /// says cancelled. A task that has ended, or ends before that, is not affected. A blocking job
    /// that has started runs on.
    pub fn abort(&self) {
        self.task.abort();
    }

    /// Has the task ended? Can be asked from any thread.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.task.id()
    }

    /// A handle that can end the task but not wait for it.
    pub fn abort_handle(&self) -> AbortHandle {
        self.task.clone()
    }

    /// Not in `poll`, which is `#[track_caller]`: these events name this line, not the `.await`.
    fn poll_output(&self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        match self.task.0.hand_over.poll(cx) {
            Ok(outcome) => {
                emit(|| Event::Join { task: self.id(), outcome });
                let output = self.cell.lock().take();
                Poll::Ready(output.unwrap_or_else(|| Err(JoinError::cancelled(self.id()))))
            }
            Err(replaced) => {
                emit(|| Event::Wait { on: Resource::Task(self.id()), replaced });
                Poll::Pending
            }
        }
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        awaited(None);
        let permit = ready!(budget::poll_proceed(cx));
        let output = ready!(self.poll_output(cx));
        permit.made_progress();
        Poll::Ready(output)
    }
}

impl<T> Unpin for JoinHandle<T> {}
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

/// The task is detached. If it has ended, its output is dropped here.
impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let left = self.task.0.hand_over.detach();
        if matches!(left, hand_over::State::Taken) {
            return;
        }
        emit(|| Event::Detach { task: self.id() });
        let output = self.cell.lock().take();
        let _id = show_id(Some(self.id()));
        catch_panic(|| drop(left)); // the waker of a task that waits no longer
        catch_panic(|| drop(output));
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id()).finish_non_exhaustive()
    }
}
