//! How do future and output share a box, and where are a future's panics caught?
//!
//! One after the other: [`Stage`] is a `Future`, and then an `Output`, until that is taken out. The
//! future is dropped inside the box, at the moment of its end, and the box then carries the output
//! to the handle.
//!
//! Interface: [`Stage`], which is a [`Task`] for any future. Invariants: a future is polled only in
//! `Future`, and dropped exactly once, when that is left; a panic in `poll` or in the future's drop
//! becomes the task's output and goes no further.
//!
//! tokio: `Stage` in `runtime/task/core.rs`, an `UnsafeCell`; the state word says who may touch it.

use std::any::{Any, type_name};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_events::{Id, Outcome};
use pin_project_lite::pin_project;

use super::join_error::{JoinError, outcome};
use crate::base::user_code::catch_panic;
use crate::tasks::Task;

pin_project! {
    /// One task's box.
    #[project = Projected]
    pub(crate) enum Stage<F: Future> {
        Future { #[pin] future: F },
        Output { output: Option<Result<F::Output, JoinError>> },
    }
}

impl<F: Future> Stage<F> {
    /// By itself, so that no second copy of the future is on the caller's stack, which may be full.
    #[inline(never)]
    pub(crate) fn boxed(future: F) -> Pin<Box<Stage<F>>> {
        Box::pin(Stage::Future { future })
    }

    fn poll_future(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project() {
            Projected::Future { future } => future.poll(cx),
            Projected::Output { .. } => unreachable!("a task that has ended is not polled"),
        }
    }

    /// The future is dropped where it is, and the output put there instead. If that drop panics, so
    /// has the task; of two panics the first is reported.
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
        if let Projected::Output { output: cell } = self.project() {
            *cell = Some(output);
        }
        outcome
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

    fn take_output(mut self: Pin<Box<Self>>, into: &mut dyn Any) {
        if let Some(into) = into.downcast_mut::<Result<F::Output, JoinError>>()
            && let Projected::Output { output } = self.as_mut().project()
            && let Some(output) = output.take()
        {
            *into = output;
        }
    }

    fn what(&self) -> &'static str {
        type_name::<F>()
    }
}
