//! How does a closure become a blocking job?
//!
//! It goes to the pool, with a completer for its handle. The end of a job is told in this order: the
//! handle gets the output and its task is woken (by message), then the count of blocking work falls,
//! then the loop is unparked if it sleeps. So a loop that reads a count of zero finds the wake in
//! its inbox; a virtual clock does not jump over it.
//!
//! Interface: [`spawn_blocking`], [`spawn_on`]. Invariants: a job is run once, or dropped with its
//! handle told "cancelled"; a panic in a job goes to its handle.
//!
//! tokio: `runtime/blocking/task.rs`; a blocking job is a task there, with a scheduler of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use kettle_events::{Event, Id};

use super::context::{self, Shared};
use crate::base::user_code::catch_panic;
use crate::join::{Completer, JoinHandle, completion};

struct BlockingJob<F, R> {
    id: Id,
    work: Option<F>,
    completer: Option<Completer<R>>,
    runtime: Arc<Shared>,
}

impl<F: FnOnce() -> R, R> BlockingJob<F, R> {
    fn run(mut self) {
        let runtime = self.runtime.clone();
        context::in_job(self.id, &runtime, move || {
            let Some(completer) = self.completer.take_if(|completer| !completer.is_aborted())
            else {
                return;
            };
            if let Some(work) = self.work.take() {
                completer.complete(catch_unwind(AssertUnwindSafe(work)));
            }
        });
    }
}

/// Run or not: the handle is told, and then the loop.
impl<F, R> Drop for BlockingJob<F, R> {
    fn drop(&mut self) {
        let work = self.work.take();
        catch_panic(|| drop(work));
        drop(self.completer.take());
        self.runtime.blocking.fetch_sub(1, Ordering::Release);
        self.runtime.events.emit(|| Event::BlockingEnd { task: self.id });
        self.runtime.inbox.unpark_if_asleep();
    }
}

/// Runs a closure that blocks, on a thread where that delays no task.
///
/// The handle gives what it returns. A closure that has started can't be stopped: `abort` only
/// helps as long as it waits for a thread, and the runtime's end waits for it.
///
/// # Panics
///
/// Where there is no runtime, or if the system gives no thread at all.
///
/// tokio: `tokio::task::spawn_blocking`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let sum = kettle::task::spawn_blocking(|| (1..=10).sum::<u32>());
/// assert_eq!(sum.await.unwrap(), 55);
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_on(&context::shared(Arc::clone), work)
}

/// The same for a runtime that is not necessarily the current one.
#[track_caller]
pub(super) fn spawn_on<F, R>(runtime: &Arc<Shared>, work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let id = Id::next();
    let (completer, handle) = completion(id, Waker::noop().clone());
    let (work, completer) = (Some(work), Some(completer));
    runtime.events.emit(|| Event::BlockingStart { task: id });
    runtime.blocking.fetch_add(1, Ordering::Relaxed);
    let job = BlockingJob { id, work, completer, runtime: runtime.clone() };
    match runtime.pool.submit(Box::new(move || job.run())) {
        Ok(refused) => catch_panic(|| drop(refused)),
        Err(error) => panic!("no thread for blocking work: {error}"),
    }
    handle
}
