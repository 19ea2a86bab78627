//! Where are a future's panics caught, and when is it dropped?
//!
//! In a task's box, its [`Stage`]. The box holds the future and the [`Completer`] of its handle.
//! The future is dropped inside the box, at the moment of its end, and its output is kept for the
//! handle. The handle learns of it when the box is dropped.
//!
//! Interface: [`Stage`], which is a [`Task`] for any future; [`new_task`]. Invariants: a future is
//! polled in place, and dropped exactly once, with its end; a panic in `poll` or in the future's
//! drop becomes the task's output and goes no further. A box that is dropped with its future inside
//! (no scheduler took it in) ends as cancelled.
//!
//! tokio: `Stage` in `runtime/task/core.rs`, an `UnsafeCell` for the future and then the output.

use std::any::type_name;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_events::Outcome;
use pin_project_lite::pin_project;

use super::completion::Completer;
use super::join_error::JoinError;
use crate::base::user_code::catch_panic;
use crate::tasks::{NewTask, Task, show_id};

pin_project! {
    /// One task's box.
    struct Stage<F: Future> {
        // `None`: it has ended.
        #[pin]
        future: Option<F>,
        completer: Completer<F::Output>,
    }

    impl<F: Future> PinnedDrop for Stage<F> {
        fn drop(this: Pin<&mut Self>) {
            if this.future.is_some() {
                let _id = show_id(Some(this.completer.id()));
                Task::cancel(this);
            }
        }
    }
}

/// Makes a future a task.
///
/// By itself, and the box first, so that no further copy of the future is on the caller's stack,
/// which may be full.
#[inline(never)]
#[track_caller]
pub(crate) fn new_task<F>(future: F, completer: Completer<F::Output>) -> NewTask
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let task = Box::pin(Stage { future: Some(future), completer });
    let (header, at) = (task.completer.header.clone(), Location::caller());
    NewTask { header, task, at, size: size_of::<F>(), what: type_name::<F>() }
}

impl<F: Future> Stage<F> {
    /// Drops the future where it is, and keeps the output. If that drop panics, so has the task; of
    /// two panics the first is reported.
    fn end(self: Pin<&mut Self>, mut output: Result<F::Output, JoinError>) -> Outcome {
        let mut this = self.project();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| this.future.set(None))) {
            let mut unwanted = Err(JoinError::panic(this.completer.id(), panic));
            if !output.as_ref().is_err_and(JoinError::is_panic) {
                mem::swap(&mut output, &mut unwanted);
            }
            catch_panic(|| drop(unwanted));
        }
        this.completer.keep(output)
    }
}

impl<F: Future> Task for Stage<F> {
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Outcome {
        let future = self.as_mut().project().future.as_pin_mut();
        let future = future.expect("a task that has ended is not polled");
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(Poll::Pending) => Outcome::Pending,
            Ok(Poll::Ready(output)) => self.end(Ok(output)),
            Err(panic) => {
                let panicked = JoinError::panic(self.completer.id(), panic);
                self.end(Err(panicked))
            }
        }
    }

    fn cancel(self: Pin<&mut Self>) -> Outcome {
        let cancelled = JoinError::cancelled(self.completer.id());
        self.end(Err(cancelled))
    }
}
