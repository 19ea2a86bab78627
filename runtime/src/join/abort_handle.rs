//! How does a program cancel a task without waiting for its end?
//!
//! Through the task's header, which keeps the request as a flag and knows the way to the scheduler.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use kettle_events::{Id, done_here};

use crate::tasks::{Header, current};

/// Asks a task to end. It doesn't wait for the end, and keeps neither task nor output alive.
pub struct AbortHandle(Arc<Header>);

impl AbortHandle {
    pub(super) fn new(header: Arc<Header>) -> AbortHandle {
        header.abort_handles.fetch_add(1, Ordering::Relaxed);
        AbortHandle(header)
    }

    /// Asks the task to end: see [`JoinHandle::abort`](crate::JoinHandle::abort).
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn abort(&self) {
        done_here(|| current::abort(&self.0));
    }

    /// Has the task ended?
    pub fn is_finished(&self) -> bool {
        self.0.hand_over.is_finished()
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.0.id
    }
}

impl Clone for AbortHandle {
    fn clone(&self) -> AbortHandle {
        AbortHandle::new(self.0.clone())
    }
}

impl Drop for AbortHandle {
    fn drop(&mut self) {
        self.0.abort_handles.fetch_sub(1, Ordering::Relaxed);
    }
}

impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("id", &self.id()).finish_non_exhaustive()
    }
}
