//! How does the output of any work come to its handle?
//!
//! Through a cell, which the handle shares with the [`Completer`]. Whatever does the work has that:
//! a task's box (`stage.rs`), a blocking job, a local set's task. It keeps the output in the cell,
//! and when it is dropped the handle learns that the work has ended, and how.
//!
//! Interface: [`Completer`], [`completion`]. Invariants: the handle learns exactly once, and that
//! the work was cancelled if nothing was kept. An output without a handle is dropped here.
//!
//! tokio: a blocking job and a local task are tasks like any other, with the same header.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::thread;

use kettle_events::{Cause, Id, Outcome};
use parking_lot::Mutex;

use super::join_handle::{JoinHandle, OutputCell};
use super::{AbortHandle, JoinError};
use crate::base::user_code::catch_panic;
use crate::tasks::current::in_step;
use crate::tasks::{Header, Owner, show_id};

/// The end of a join handle at which the output comes in.
pub struct Completer<T> {
    pub(super) header: Arc<Header>,
    cell: OutputCell<T>,
    outcome: Outcome,
}

/// A join handle for work that the caller does in its own way. `abort` is called when the work is
/// to end; the caller then asks [`Completer::is_aborted`].
///
/// ```
/// use std::task::Waker;
///
/// let (id, abort) = (kettle_runtime::Id::next(), Waker::noop().clone());
/// let (completer, handle) = kettle_runtime::completion(id, abort);
/// completer.complete(Ok("tea"));
/// let runtime = kettle_runtime::Runtime::with(kettle_runtime::Config::default())?;
/// assert_eq!(runtime.block_on(handle).unwrap(), "tea");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn completion<T>(id: Id, abort: Waker) -> (Completer<T>, JoinHandle<T>) {
    Completer::new(id, Owner::Elsewhere(abort))
}

impl<T> Completer<T> {
    pub(crate) fn new(id: Id, owner: Owner) -> (Completer<T>, JoinHandle<T>) {
        let header = Header::new(id, owner);
        let cell = Arc::new(Mutex::new(None));
        let handle = JoinHandle { task: AbortHandle::new(header.clone()), cell: cell.clone() };
        (Completer { header, cell, outcome: Outcome::Cancelled }, handle)
    }

    /// The id of the work, as its handle has it.
    pub fn id(&self) -> Id {
        self.header.id
    }

    /// Was the work asked to end?
    pub fn is_aborted(&self) -> bool {
        self.header.hand_over.is_aborted()
    }

    /// How many join and abort handles there are.
    pub fn handles(&self) -> usize {
        self.header.handles.load(Ordering::Relaxed)
    }

    /// The work is done, or has panicked with this value.
    pub fn complete(mut self, output: thread::Result<T>) {
        let id = self.id();
        self.keep(output.map_err(|panic| JoinError::panic(id, panic)));
    }

    /// Keeps the output for the handle, which does not learn of it before this is dropped.
    pub(super) fn keep(&mut self, output: Result<T, JoinError>) -> Outcome {
        self.outcome = match &output {
            Ok(_) => Outcome::Ready,
            Err(error) if error.is_panic() => Outcome::Panicked,
            Err(_) => Outcome::Cancelled,
        };
        *self.cell.lock() = Some(output);
        self.outcome
    }
}

/// Wakes the task that joins. If the handle is gone, the output is dropped here.
impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        let (id, by) = (self.id(), Cause::Task(self.id()));
        let (waker, unwanted) = self.header.hand_over.finish(self.outcome);
        if let Some(waker) = waker {
            in_step(by, || catch_panic(|| waker.wake()));
        } else if unwanted.is_some() {
            let output = self.cell.lock().take();
            in_step(by, || {
                let _id = show_id(Some(id));
                catch_panic(|| drop(output));
            });
        }
    }
}

impl<T> fmt::Debug for Completer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completer").field("id", &self.id()).finish_non_exhaustive()
    }
}
