//! How does a future become a task, and a closure a blocking job?
//!
//! A future is boxed, gets a header with an [`Id`], and goes to its runtime's scheduler: directly
//! where that is current on this thread, from elsewhere as a message. Either way the handle is the
//! same. Boxing comes first, for futures and closures: one may be so large that the stack has room
//! for it once and not twice, and each call that takes it by value may copy it.
//!
//! A closure goes to the pool, with a completer for its handle. The end of a job is reported in
//! this order: the handle gets the output and its task is woken (by message), then the count of
//! blocking work falls, then the loop is unparked if it sleeps. So a loop that reads a count of
//! zero finds the wake in its inbox; a paused clock does not jump over it.
//!
//! Interface: [`spawn`]; [`spawn_blocking`], [`spawn_blocking_on`], and
//! [`spawn_mandatory`] for work that the runtime's end must not lose. Invariants: a runtime that is
//! shut down takes nothing: what was to be spawned is dropped, and the handle says cancelled. A job
//! is run once, or dropped; a panic in it goes to its handle.
//!
//! Not here: local tasks (crate `kettle`).
//!
//! tokio: `task/spawn.rs`, where the future goes into the task's own allocation; and
//! `runtime/blocking/task.rs`, where a blocking job is a task, with a scheduler of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use kettle_events::{Event, Id};

use super::context::{self, Shared, shared};
use super::pool::Job;
use crate::base::user_code::catch_panic;
use crate::join::{Completer, JoinHandle, completion, new_task};
use crate::tasks::{Owner, current, show_id};

/// Makes a future a task of the entered runtime.
///
/// # Panics
///
/// Where there is no runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let inbox = shared(|shared| shared.parts.inbox.clone());
    let (completer, handle) = Completer::new(Id::next(), Owner::Scheduler(inbox));
    current::submit(new_task(future, completer));
    handle
}

/// A closure on its way to a thread of the pool.
struct BlockingJob<R> {
    id: Id,
    work: Option<Box<dyn FnOnce() -> R + Send>>,
    completer: Option<Completer<R>>,
    runtime: Arc<Shared>,
}

impl<R> BlockingJob<R> {
    fn run(mut self) {
        let runtime = self.runtime.clone();
        context::in_job(self.id, &runtime, move || {
            let Some(completer) = self.completer.take_if(|completer| !completer.is_aborted())
            else {
                return;
            };
            if let Some(work) = self.work.take() {
                let output = catch_unwind(AssertUnwindSafe(work));
                self.emit_end();
                completer.complete(output);
            }
        });
    }

    /// Called before the handle gets the output, so that the record has the job's end first.
    fn emit_end(&self) {
        self.runtime.parts.events.emit(|| Event::BlockingEnd { task: self.id });
    }
}

/// Run or not: first the handle learns of the end, and then the loop.
impl<R> Drop for BlockingJob<R> {
    fn drop(&mut self) {
        let work = self.work.take();
        let id = show_id(Some(self.id));
        catch_panic(|| drop(work));
        drop(id);
        if let Some(completer) = self.completer.take() {
            self.emit_end();
            drop(completer);
        }
        self.runtime.parts.blocking.fetch_sub(1, Ordering::Release);
        self.runtime.parts.inbox.unpark_if_asleep();
    }
}

/// Runs a closure that blocks, on a thread where that delays no task.
///
/// # Panics
///
/// Where there is no runtime, or if the system gives no thread at all.
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_blocking_on(&shared(Arc::clone), Box::new(work))
}

/// The same for work that a program counts on, although it does not wait for it: writing what was
/// accepted. It is run even if the runtime is shut down before a thread is free. `None`: the
/// runtime is shut down already.
///
/// # Panics
///
/// As [`spawn_blocking`].
#[track_caller]
pub fn spawn_mandatory<F, R>(work: F) -> Option<JoinHandle<R>>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    submit(&shared(Arc::clone), Box::new(work), true).ok()
}

/// The same for a runtime that need not be the entered one.
#[track_caller]
pub(super) fn spawn_blocking_on<R: Send + 'static>(
    runtime: &Arc<Shared>,
    work: Box<dyn FnOnce() -> R + Send>,
) -> JoinHandle<R> {
    submit(runtime, work, false).unwrap_or_else(|refused| refused)
}

/// Hands a job to the pool. Refused, its handle says cancelled.
#[track_caller]
fn submit<R: Send + 'static>(
    runtime: &Arc<Shared>,
    work: Box<dyn FnOnce() -> R + Send>,
    mandatory: bool,
) -> Result<JoinHandle<R>, JoinHandle<R>> {
    let id = Id::next();
    let (completer, handle) = completion(id, Waker::noop().clone());
    let (work, completer) = (Some(work), Some(completer));
    runtime.parts.events.emit(|| Event::BlockingStart { task: id });
    runtime.parts.blocking.fetch_add(1, Ordering::Relaxed);
    let job = BlockingJob { id, work, completer, runtime: runtime.clone() };
    match runtime.pool.submit(Job { run: Box::new(move || job.run()), mandatory }) {
        Ok(None) => Ok(handle),
        Ok(refused) => {
            catch_panic(|| drop(refused));
            Err(handle)
        }
        Err(error) => panic!("no thread for blocking work: {error}"),
    }
}
