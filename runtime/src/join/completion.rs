//! How does work that no scheduler polls get a join handle?
//!
//! A blocking job runs on a thread of the pool, and a local task is polled by its local set, but
//! their handles are like any other task's. [`completion`] makes such a handle, and the
//! [`Completer`] at its other end. The handle learns exactly once what became of the work: its
//! output or, if the completer is dropped first, that the work was cancelled.

use std::sync::Arc;
use std::task::Waker;
use std::thread;

use kettle_events::Id;

use super::JoinError;
use super::join_handle::{JoinHandle, OutputCell, complete, drop_output};
use crate::tasks::{Header, Owner};

/// The end of a join handle that the output goes into.
pub struct Completer<T> {
    header: Arc<Header>,
    cell: OutputCell<T>,
}

/// A join handle for the caller's work. An abort calls `abort`, and sets [`Completer::is_aborted`].
pub fn completion<T>(id: Id, abort: Waker) -> (Completer<T>, JoinHandle<T>) {
    let header = Header::new(id, Owner::Other(abort));
    let cell = OutputCell::default();
    let handle = JoinHandle::of_cell(header.clone(), cell.clone());
    (Completer { header, cell }, handle)
}

impl<T> Completer<T> {
    /// The id of the work, which its handle has, too.
    pub fn id(&self) -> Id {
        self.header.id
    }

    /// Was the work asked to end?
    pub fn is_aborted(&self) -> bool {
        self.header.hand_over.is_aborted()
    }

    /// The work is done, or has panicked with this value.
    pub fn complete(self, output: thread::Result<T>) {
        let id = self.header.id;
        *self.cell.lock() = Some(output.map_err(|panic| JoinError::panic(id, panic)));
    }
}

/// Reports the end (an empty cell means cancelled), or drops an output that no handle wants.
impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        if !complete(&self.header, None) {
            let output = self.cell.lock().take();
            drop_output(self.header.id, output);
        }
    }
}
