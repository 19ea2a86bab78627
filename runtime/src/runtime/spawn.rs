//! How does a future become a task, and a closure a blocking job?
//!
//! A future is boxed, gets a header with an [`Id`], and goes to its runtime's scheduler: directly
//! if that is current on this thread, otherwise as a message. Futures and closures are boxed before
//! any call takes them by value, because the stack may have room for a large one only once.
//!
//! A closure goes to the pool, with a completer for its handle. When the closure ends, the handle
//! first gets the output, and the task awaiting it is woken by a message. Then the count of
//! blocking work falls, and the loop is unparked if it is asleep. So a loop that reads a count of
//! zero finds the wake in its inbox.
//!
//! Interface: [`spawn`], [`spawn_on`]; [`spawn_blocking`], [`try_spawn_blocking`], [`spawn_job`].
//! Invariants: a runtime that has ended drops a future or closure, and the handle says so
//! (`tests/system/ends.rs`). As a `FnOnce`, a job runs at most once. Its panic goes to its handle.

use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Waker;
use std::time::Instant;

use kettle_events::{Event, Id, RowGuard, done_here};
use scopeguard::{ScopeGuard, guard};

use super::context::{self, shared};
use super::shared::Shared;
use crate::base::user_code::catch_panic;
use crate::inbox::Inbox;
use crate::join::{Completer, JoinHandle, Stage, completion};
use crate::tasks::{Header, Message, Owner, current, show_id};

/// Turns a future into a task of the entered runtime.
///
/// # Panics
///
/// If there is no runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_on(shared(|shared| shared.inbox.clone()), Stage::boxed(future))
}

/// Turns a future into a task of the runtime that receives from this inbox.
#[track_caller]
pub(super) fn spawn_on<F>(
    inbox: Arc<Inbox<Message>>,
    task: Pin<Box<Stage<F>>>,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let header = Header::new(Id::next(), Owner::Scheduler(inbox));
    let handle = JoinHandle::of_box(header.clone());
    let at = Location::caller();
    done_here(|| current::submit(header, task, at));
    handle
}

/// Runs a closure that blocks, on a thread where that delays no task.
///
/// # Panics
///
/// If there is no runtime, or the system refuses even one thread, which cancels the jobs in line.
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_job(&shared(Arc::clone), Box::new(work)).unwrap_or_else(|refused| refused)
}

/// The same, or `None` if the runtime has shut down already, so that a writer learns at once that
/// what it accepts would not be written.
#[track_caller]
pub fn try_spawn_blocking<F, R>(work: F) -> Option<JoinHandle<R>>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_job(&shared(Arc::clone), Box::new(work)).ok()
}

/// Hands a job to a runtime's pool. `Err`: the runtime has shut down, and the job is cancelled.
#[track_caller]
pub(super) fn spawn_job<R: Send + 'static>(
    runtime: &Arc<Shared>,
    work: Box<dyn FnOnce() -> R + Send>,
) -> Result<JoinHandle<R>, JoinHandle<R>> {
    let id = Id::next();
    let (completer, handle) = completion(id, Waker::noop().clone());
    let row = runtime.events.change(|| Event::BlockingStart { task: id });
    runtime.inbox.jobs.fetch_add(1, Ordering::Relaxed);
    let (runtime_too, queued) = (runtime.clone(), Instant::now());
    let job = BlockingJob { work, completer, runtime: runtime_too, queued, row };
    let job = guard(job, BlockingJob::cancel);
    match runtime.pool.submit(Box::new(move || ScopeGuard::into_inner(job).run())) {
        Ok(Some(_refused)) => Err(handle),
        Err(error) if handle.is_cancelled() => {
            panic!("failed to start a thread for blocking work: {error}")
        }
        // After an error, too, another thread has the job, or its refusal cancels it.
        Ok(None) | Err(_) => Ok(handle),
    }
}

thread_local! {
    /// This pool thread's number in events.
    static THREAD: u32 = {
        static THREADS: AtomicU32 = AtomicU32::new(0);
        THREADS.fetch_add(1, Ordering::Relaxed) + 1
    };
}

/// A closure on its way to a pool thread.
struct BlockingJob<R> {
    work: Box<dyn FnOnce() -> R + Send>,
    completer: Completer<R>,
    runtime: Arc<Shared>,
    queued: Instant,
    row: RowGuard,
}

impl<R> BlockingJob<R> {
    fn run(self) {
        let (runtime, task) = (self.runtime.clone(), self.completer.id());
        context::in_job(task, &runtime, || {
            if self.completer.is_aborted() {
                return self.cancel();
            }
            let (events, taken) = (&runtime.events, Instant::now());
            let waited = taken - self.queued;
            events.emit(|| Event::BlockingRun { task, waited, thread: THREAD.with(|it| *it) });
            let output = catch_unwind(AssertUnwindSafe(self.work));
            events.emit(|| Event::BlockingEnd { task, ran: Some(taken.elapsed()) });
            drop(self.row);
            self.completer.complete(output);
            end_job(&runtime);
        });
    }

    /// Drops the closure instead of running it.
    fn cancel(self) {
        let task = self.completer.id();
        let id = show_id(Some(task));
        catch_panic(|| drop(self.work));
        drop(id);
        self.runtime.events.emit(|| Event::BlockingEnd { task, ran: None });
        drop(self.row);
        drop(self.completer);
        end_job(&self.runtime);
    }
}

/// Tells the loop that a job has ended, once the handle knows.
fn end_job(runtime: &Shared) {
    runtime.inbox.jobs.fetch_sub(1, Ordering::Release);
    runtime.inbox.unpark_if_asleep();
}
