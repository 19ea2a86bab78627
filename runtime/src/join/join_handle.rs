//! How does a program wait for a task's output?
//!
//! Through a [`JoinHandle`]. This is the output's way to it:
//!
//! 1. `spawn` puts the future into a box, a `Stage` (`stage.rs`). It makes the header, which task
//!    and handle share, and gives the scheduler header and box.
//! 2. The poll in which the future is ready leaves the output in the box, instead of the future.
//! 3. The executor, which has taken the box out of the slab for the poll, calls `complete`.
//!    The box goes into the hand-over (`tasks/hand_over.rs`), and the handle's waker is called, if
//!    it is there.
//! 4. The handle's next poll takes the box out again, and the output out of the box. Only `spawn`
//!    knew the output's type, so it left the handle a function for that.
//!
//! A handle can be awaited on any thread, even while no thread drives the runtime. A blocking job
//! and a local task have no box: their output is in a cell that both ends share (`completion.rs`).
//!
//! Interface: [`JoinHandle`]. Invariants: the newest waker is the one that is called; the output is
//! given once; a dropped handle detaches its task and does not end it.
//!
//! tokio: `runtime/task/join.rs`, a reference-counted pointer to the task.

use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_events::{Event, Id, Resource, awaited, emit};
use parking_lot::Mutex;

use super::AbortHandle;
use super::join_error::{JoinError, outcome};
use crate::base::user_code::catch_panic;
use crate::tasks::{BoxedTask, budget, hand_over, show_id};

/// The waiting end of a task: a future of its output.
///
/// # Panics
///
/// When polled again after it was ready.
pub struct JoinHandle<T> {
    task: AbortHandle,
    output: Output<T>,
}

/// A *cell*: the completer puts an output into it that has no box, and the handle takes it out.
pub(super) type OutputCell<T> = Arc<Mutex<Option<Result<T, JoinError>>>>;

/// Where a finished task's output is.
enum Output<T> {
    /// In the task's box; taken out by the type that only `spawn` knew.
    Boxed(fn(Id, BoxedTask) -> Result<T, JoinError>),
    Cell(OutputCell<T>),
    /// Nowhere: it has been given out.
    Taken,
}

impl<T> JoinHandle<T> {
    pub(crate) fn of_box(task: AbortHandle) -> JoinHandle<T>
    where
        T: 'static,
    {
        JoinHandle { task, output: Output::Boxed(take_output) }
    }

    pub(super) fn of_cell(task: AbortHandle, cell: OutputCell<T>) -> JoinHandle<T> {
        JoinHandle { task, output: Output::Cell(cell) }
    }

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
    fn poll_output(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        match self.task.0.hand_over.poll(cx) {
            Ok(task) => {
                let output = self.take_output(task);
                emit(|| Event::Join { task: self.id(), outcome: outcome(&output) });
                Poll::Ready(output)
            }
            Err(replaced) => {
                emit(|| Event::Wait { on: Resource::Task(self.id()), replaced });
                Poll::Pending
            }
        }
    }

    /// The output of a task that has ended. If there is no box and the cell is empty, the task was
    /// dropped before its end.
    fn take_output(&mut self, task: Option<BoxedTask>) -> Result<T, JoinError> {
        let output = match (mem::replace(&mut self.output, Output::Taken), task) {
            (Output::Boxed(take), Some(task)) => Some(take(self.id(), task)),
            (Output::Cell(cell), _) => cell.lock().take(),
            (Output::Boxed(_) | Output::Taken, _) => None,
        };
        output.unwrap_or_else(|| Err(JoinError::cancelled(self.id())))
    }
}

fn take_output<T: 'static>(id: Id, task: BoxedTask) -> Result<T, JoinError> {
    let mut output = Err(JoinError::cancelled(id));
    task.take_output(&mut output);
    output
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
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
        if matches!(self.output, Output::Taken) {
            return;
        }
        let _id = show_id(Some(self.id())); // for the drop of an output
        let left = self.task.0.hand_over.detach();
        if !matches!(left, hand_over::State::Taken) {
            emit(|| Event::Detach { task: self.id() });
        }
        catch_panic(|| drop(left));
        if let Output::Cell(cell) = &self.output {
            let output = cell.lock().take();
            catch_panic(|| drop(output));
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id()).finish_non_exhaustive()
    }
}
