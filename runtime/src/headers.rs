//! Where does a new task's header come from?
//!
//! From one that has ended, if one is to spare. A header is held by two: by the task's slot and by
//! its handle. Both give their reference back at the task's end, and both go out again together, so
//! that in a life from spawn to join no reference is counted. (Three locked instructions less; they
//! overlap with other work, and the time is the same.)
//!
//! Interface: [`Headers`]. Invariants: a header is used again only while nobody else holds it: no
//! waker that somebody kept, no abort handle.
//!
//! tokio: there is no header apart from the task's own allocation, which is freed at its end.

use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};

use crate::remote::Remote;
use crate::task::Key;
use crate::waker::Header;

/// How many are kept.
const SPARE: usize = 1024;

/// The headers of one home.
pub(crate) struct Headers {
    remote: Arc<Remote>,
    /// A slot's reference, and the handle's, if that came back.
    spare: Vec<(Arc<Header>, Option<Arc<Header>>)>,
}

impl Headers {
    pub(crate) fn new(remote: Arc<Remote>) -> Headers {
        Headers { remote, spare: Vec::new() }
    }

    /// A header for a new task, twice.
    pub(crate) fn take(&mut self, key: Key) -> (Arc<Header>, Arc<Header>) {
        if let Some((slots, handles)) = self.spare.pop() {
            let handles = handles.unwrap_or_else(|| slots.clone());
            if Arc::strong_count(&slots) == 2 {
                // Both are ours. Whoever held it last has let go, and the fence meets that drop's
                // release: all that it did with the header is over.
                fence(Ordering::Acquire);
                slots.renew(key);
                return (slots, handles);
            }
        }
        let header = Arc::new(Header::new(self.remote.clone(), key));
        (header.clone(), header)
    }

    /// A slot gives its reference back.
    pub(crate) fn give_back(&mut self, header: Arc<Header>) {
        if self.spare.len() < SPARE {
            self.spare.push((header, None));
        }
    }

    /// A handle gives its reference back, right after the slot.
    pub(crate) fn give_back_handles(&mut self, header: Arc<Header>) {
        if let Some((slots, handles @ None)) = self.spare.last_mut()
            && Arc::ptr_eq(slots, &header)
        {
            *handles = Some(header);
        }
    }

    /// Keeps no more than so many.
    pub(crate) fn truncate(&mut self, most: usize) {
        self.spare.truncate(most);
    }
}
