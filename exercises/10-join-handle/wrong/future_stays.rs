//! How does a future become an output, whatever happens to it? See `starter.rs`.

use std::any::{Any, type_name};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::event::Outcome;
use crate::foreign::quietly;
use crate::id::Id;
use crate::join_error::{JoinError, outcome};

/// What the executor needs of a future, whatever its type.
pub(crate) trait Task {
    /// Polls the future. A panic in it is caught and becomes its output.
    fn poll(self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome;
    /// Drops the future where it stands; the output says cancelled.
    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome;
    /// Moves the output into `into`, a `Result` of the handle's type, and frees the box.
    fn take_output(self: Pin<Box<Self>>, into: &mut dyn Any);
    /// The name of the future's type.
    fn what(&self) -> &'static str;
}

pin_project! {
    /// One task's box.
    pub(crate) struct Stage<F: Future> {
        // `None`: it has ended, and was dropped.
        #[pin]
        future: Option<F>,
        // `None`: it has not ended, or the output was taken.
        output: Option<Result<F::Output, JoinError>>,
    }
}

impl<F: Future> Stage<F> {
    pub(crate) fn new(future: F) -> Stage<F> {
        Stage { future: Some(future), output: None }
    }

    /// The task is over: the output is there. The future goes with the box, when it is freed.
    fn end(self: Pin<&mut Self>, _id: Id, output: Result<F::Output, JoinError>) -> Outcome {
        let outcome = outcome(&output);
        *self.project().output = Some(output);
        outcome
    }

    /// Drops the future, if there is one, and the output: nobody will ask any more.
    pub(crate) fn discard(self: Pin<&mut Self>) {
        let mut this = self.project();
        quietly(|| this.future.set(None));
        quietly(|| drop(this.output.take()));
    }

    /// The output, once. `None` as long as the task has not ended.
    pub(crate) fn take(self: Pin<&mut Self>) -> Option<Result<F::Output, JoinError>> {
        self.project().output.take()
    }
}

impl<F: Future> Task for Stage<F>
where
    F::Output: 'static,
{
    fn poll(mut self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome {
        let future = self.as_mut().project().future.as_pin_mut();
        let future = future.expect("a task that has ended is not polled");
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(output)) => self.end(id, Ok(output)),
            Err(panic) => self.end(id, Err(JoinError::panic(id, panic))),
        }
    }

    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome {
        self.end(id, Err(JoinError::cancelled(id)))
    }

    fn take_output(mut self: Pin<Box<Self>>, into: &mut dyn Any) {
        // The handle knows the type, and the task too; the box between them has forgotten it.
        if let Some(into) = into.downcast_mut::<Result<F::Output, JoinError>>()
            && let Some(output) = self.as_mut().take()
        {
            *into = output;
        }
    }

    fn what(&self) -> &'static str {
        type_name::<F>()
    }
}
