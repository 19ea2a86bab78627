//! How does one ask for a task's end without waiting for it?
//!
//! By its header, which knows the home. A task that came by letter, one of a local set and a
//! blocking job have a link in their cell instead, which finds the header once there is one.
//!
//! Interface: [`AbortHandle`]; `JoinHandle::abort_handle` makes it, of a [`Target`]. Invariants: it
//! keeps neither the task nor its output alive.
//!
//! tokio: `runtime/task/abort.rs`; a reference to the task, as its `JoinHandle`.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use crate::cell::Link;
use crate::id::Id;
use crate::waker::Header;

/// Owned permission to ask for a task's end.
///
/// tokio: `tokio::task::AbortHandle`.
#[derive(Clone)]
pub struct AbortHandle {
    id: Id,
    target: Target,
}

/// Whom to tell.
#[derive(Clone)]
pub(crate) enum Target {
    Header(Arc<Header>),
    Link(Arc<Link>),
    /// Nobody: it has ended.
    Over,
}

impl AbortHandle {
    pub(crate) fn new(id: Id, target: Target) -> AbortHandle {
        AbortHandle { id, target }
    }

    /// Asks for the task's end: see [`JoinHandle::abort`](crate::JoinHandle::abort).
    pub fn abort(&self) {
        match &self.target {
            Target::Header(header) => header.cancel(),
            Target::Link(link) => link.abort(),
            Target::Over => {}
        }
    }

    /// Has the task ended?
    pub fn is_finished(&self) -> bool {
        match &self.target {
            Target::Header(header) => header.is_done(),
            Target::Link(link) => link.is_finished(),
            Target::Over => true,
        }
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
    }
}

impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("id", &self.id).finish_non_exhaustive()
    }
}
