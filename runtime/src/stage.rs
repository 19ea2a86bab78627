//! How do a future and its output share one box?
//!
//! By standing in it one after the other: [`Stage`] is `Run` with the future, then `Done` with the
//! output, then `Taken`. One allocation per task, freed once, and the future is dropped where it
//! stands, at the moment of its end.
//!
//! Interface: the [`Task`] trait, for any future. Invariants: a future is polled only
//! in `Run`; it is dropped exactly once, when `Run` is left; a panic in `poll` or in the future's
//! drop becomes the task's output and goes no further.
//!
//! tokio: `Stage` in `runtime/task/core.rs`, an `UnsafeCell` whose moments the state word guards.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::event::Outcome;
use crate::foreign::quietly;
use crate::id::Id;
use crate::join_error::JoinError;

/// What the executor needs of a future, whatever its type.
pub(crate) trait Task {
    /// Polls the future. A panic in it is caught and becomes its output.
    fn poll(self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome;
    /// Drops the future where it stands; the output says cancelled.
    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome;
    /// Moves the output into `into`, an `Option` of the handle's type.
    fn take_output(self: Pin<&mut Self>, into: &mut dyn Any);
}

pin_project! {
    /// One task's box.
    #[project = Projected]
    #[project_replace = Replaced]
    pub(crate) enum Stage<F: Future> {
        Run { #[pin] future: F },
        Done { output: Result<F::Output, JoinError> },
        Taken,
    }
}

impl<F: Future> Stage<F> {
    pub(crate) fn new(future: F) -> Stage<F> {
        Stage::Run { future }
    }

    fn poll_future(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            Projected::Run { future } => future.poll(cx),
            _ => unreachable!("a task that has ended is not polled"),
        }
    }

    /// Leaves `Run`: the future is dropped. If that panics, the future is gone all the same, and
    /// the task has panicked; of two panics the first is told.
    fn end(mut self: Pin<&mut Self>, id: Id, output: Result<F::Output, JoinError>) -> Outcome {
        let mut output = output;
        let drop_future = AssertUnwindSafe(|| drop(self.as_mut().project_replace(Stage::Taken)));
        if let Err(panic) = catch_unwind(drop_future) {
            let unwanted = match &output {
                Err(error) if error.is_panic() => Err(JoinError::panic(id, panic)),
                _ => mem::replace(&mut output, Err(JoinError::panic(id, panic))),
            };
            quietly(|| drop(unwanted));
        }
        let outcome = match &output {
            Ok(_) => Outcome::Ready,
            Err(error) if error.is_panic() => Outcome::Panicked,
            Err(_) => Outcome::Cancelled,
        };
        self.project_replace(Stage::Done { output });
        outcome
    }

    /// Drops the future, if there is one, before its end.
    pub(crate) fn discard(self: Pin<&mut Self>) {
        quietly(|| drop(self.project_replace(Stage::Taken)));
    }

    /// The output, once.
    pub(crate) fn take(mut self: Pin<&mut Self>) -> Option<Result<F::Output, JoinError>> {
        if !matches!(&*self, Stage::Done { .. }) {
            return None;
        }
        match self.as_mut().project_replace(Stage::Taken) {
            Replaced::Done { output } => Some(output),
            _ => None,
        }
    }
}

impl<F: Future> Task for Stage<F>
where
    F::Output: 'static,
{
    fn poll(mut self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome {
        let polled = catch_unwind(AssertUnwindSafe(|| self.as_mut().poll_future(cx)));
        match polled {
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(output)) => self.end(id, Ok(output)),
            Err(panic) => self.end(id, Err(JoinError::panic(id, panic))),
        }
    }

    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome {
        self.end(id, Err(JoinError::cancelled(id)))
    }

    fn take_output(self: Pin<&mut Self>, into: &mut dyn Any) {
        if let Some(into) = into.downcast_mut::<Option<Result<F::Output, JoinError>>>() {
            *into = self.take();
        }
    }
}
