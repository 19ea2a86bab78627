//! How does an output reach a handle, and where is a future's panic caught?
//!
//! Through the task's box:
//!
//! 1. `spawn` puts the future into a box, a [`Stage`]. It makes the header, which the task and the
//!    handle share, and gives header and box to the scheduler.
//! 2. The poll in which the future is ready drops it in place, and leaves the output in the box
//!    instead. A panic in the poll or in that drop becomes the output.
//! 3. The executor, which has taken the box out of the slab for the poll, calls [`complete`]. The
//!    box goes into the hand-over (`tasks/hand_over.rs`), and the handle's waker, if any, is
//!    called.
//! 4. The handle's next poll takes the box out again, and the output out of the box, with a
//!    function that `spawn` left in the handle: only `spawn` knew the output's type.
//!
//! A handle can be awaited on any thread, even while no thread drives the runtime. A blocking job
//! or a local task has no box: its output is in a cell that both ends share (`completion.rs`).
//!
//! Interface: [`JoinHandle`]; [`Stage`], a [`Task`] for any future; [`complete`]. Invariants: a
//! future is dropped exactly once, and isn't polled after that. The output is handed out once,
//! since taking it leaves `Output::Taken`. Dropping a handle detaches its task but doesn't end it.

use std::any::{Any, type_name};
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use kettle_events::{
    Cause, Event, Id, Outcome, Resource, Shows, StateLock, Wait, assert_unlocked, awaited,
    done_here, emit, emit_counted, in_a_drop,
};
use pin_project_lite::pin_project;

use super::AbortHandle;
use super::join_error::{JoinError, outcome};
use crate::base::user_code::catch_panic;
use crate::tasks::scheduler_checks::ended;
use crate::tasks::{BoxedTask, Header, Task, budget, caused_by, current, hand_over, show_id};

const DROPPED: &str = "join/join_handle.rs: a future isn't polled after its drop";

pin_project! {
    /// What is in a task's box: the future, and later its output, until the handle takes it.
    #[project = Projected]
    pub(crate) enum Stage<F: Future> {
        Future { #[pin] future: F },
        Output { output: Option<Result<F::Output, JoinError>> },
    }
}

impl<F: Future> Stage<F> {
    /// Not inlined, so that no second copy of the future is on the caller's stack.
    #[inline(never)]
    pub(crate) fn boxed(future: F) -> Pin<Box<Stage<F>>> {
        Box::pin(Stage::Future { future })
    }

    /// Drops the future in place and puts the output there instead. If that drop panics, the task
    /// has panicked; of two panics the first is reported.
    fn end(mut self: Pin<&mut Self>, id: Id, mut output: Result<F::Output, JoinError>) -> Outcome {
        let drop_future = || self.as_mut().set(Stage::Output { output: None });
        if let Err(panic) = catch_unwind(AssertUnwindSafe(drop_future)) {
            let mut unwanted = Err(JoinError::panic(id, panic));
            if outcome(&output) != Outcome::Panicked {
                mem::swap(&mut output, &mut unwanted);
            }
            catch_panic(|| drop(unwanted));
        }
        let outcome = outcome(&output);
        let Projected::Output { output: cell } = self.project() else { unreachable!("{DROPPED}") };
        *cell = Some(output);
        outcome
    }
}

impl<F: Future> Task for Stage<F>
where
    F::Output: 'static,
{
    fn poll(mut self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome {
        assert_unlocked();
        let poll = || match self.as_mut().project() {
            Projected::Future { future } => future.poll(cx),
            Projected::Output { .. } => unreachable!("{DROPPED}: task {id}"),
        };
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(output)) => self.end(id, Ok(output)),
            Err(panic) => self.end(id, Err(JoinError::panic(id, panic))),
        }
    }

    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome {
        assert_unlocked();
        self.end(id, Err(JoinError::cancelled(id)))
    }

    fn take_output(mut self: Pin<Box<Self>>, into: &mut dyn Any) {
        if let Some(into) = into.downcast_mut::<Result<F::Output, JoinError>>()
            && let Projected::Output { output } = self.as_mut().project()
            && let Some(output) = output.take()
        {
            *into = output;
        }
    }

    fn what(&self) -> (&'static str, usize) {
        (type_name::<F>(), size_of::<F>())
    }
}

/// Step 3: a task has ended. Wakes the task awaiting it. False: the unwanted output was dropped.
pub(crate) fn complete(header: &Header, task: Option<BoxedTask>) -> bool {
    let (waker, unwanted) = header.hand_over.finish(task);
    ended(header);
    if let Some(waker) = waker {
        waker.served();
        caused_by(Cause::Task(header.id), || catch_panic(|| waker.wake()));
    }
    let Some(unwanted) = unwanted else { return true };
    drop_output(header.id, unwanted);
    false
}

/// Drops an output that no handle will come for, after its task's last poll.
pub(super) fn drop_output(id: Id, output: impl Sized) {
    caused_by(Cause::Task(id), || {
        let _id = show_id(Some(id));
        catch_panic(|| drop(output));
    });
}

/// The waiting end of a task: a future that returns its output.
///
/// # Panics
///
/// If polled again after it was ready.
pub struct JoinHandle<T> {
    header: Arc<Header>,
    output: Output<T>,
    wait: Wait,
}

/// A *cell* for an output without a box: the completer puts it in, and the handle takes it out.
pub(super) type OutputCell<T> = Arc<StateLock<Option<Result<T, JoinError>>>>;

/// Where a finished task's output is.
enum Output<T> {
    /// In the task's box. Only as `dyn Any` can the box hand out a type that it alone knows, and
    /// `Any` needs a `'static` type, whereas a handle's may be any (as in tokio, so that generic
    /// code needs no bound). So `spawn`, where it is `'static`, leaves the function that asks.
    Boxed(fn(Id, BoxedTask) -> Result<T, JoinError>),
    Cell(OutputCell<T>),
    /// The program has taken it.
    Taken,
}

impl<T> JoinHandle<T> {
    pub(crate) fn of_box(header: Arc<Header>) -> JoinHandle<T>
    where
        T: 'static,
    {
        JoinHandle { header, output: Output::Boxed(take_output), wait: Wait::NONE }
    }

    pub(super) fn of_cell(header: Arc<Header>, cell: OutputCell<T>) -> JoinHandle<T> {
        JoinHandle { header, output: Output::Cell(cell), wait: Wait::NONE }
    }

    /// Asks the task to end: its future is dropped instead of being polled again, and the handle
    /// gets an error. Neither a task that ends first nor a running blocking job is affected.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn abort(&self) {
        done_here(|| current::abort(&self.header));
    }

    /// Has work with a cell ended without an output?
    pub(crate) fn is_cancelled(&self) -> bool {
        self.is_finished() && matches!(&self.output, Output::Cell(cell) if cell.lock().is_none())
    }

    /// Has the task ended? Any thread may ask.
    pub fn is_finished(&self) -> bool {
        self.header.hand_over.is_finished()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.header.id
    }

    /// A handle that can end the task but not wait for it.
    pub fn abort_handle(&self) -> AbortHandle {
        AbortHandle::new(self.header.clone())
    }

    /// Not in `poll`, which is `#[track_caller]`, so its events would name the caller.
    fn poll_output(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let JoinHandle { header, wait, .. } = self;
        let asked = || wait.pending(None, || Resource::Task(header.id));
        let task = ready!(header.hand_over.poll(cx, asked));
        self.wait.got();
        let output = self.take_output(task);
        let event = || Event::Join { task: self.id(), outcome: outcome(&output) };
        emit_counted(Shows::Progress, event);
        Poll::Ready(output)
    }

    /// The output of a task that has ended. With no box, or an empty cell, it was cancelled.
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
        let _line = awaited(None);
        let permit = ready!(budget::poll_proceed(cx));
        let output = ready!(self.poll_output(cx));
        permit.made_progress();
        Poll::Ready(output)
    }
}

impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

/// Detaches the task. If it has ended, drops its output.
impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if matches!(self.output, Output::Taken) {
            return;
        }
        let _id = show_id(Some(self.id())); // for the drop of an output
        let left = self.header.hand_over.detach();
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
