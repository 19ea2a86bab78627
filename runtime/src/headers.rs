//! Where does a new task's header come from?
//!
//! From a task that has ended, if one is to spare. A header is held by two: by the task's slot and
//! by its handle (by a `Link` if the task was spawned from elsewhere or in a local set). Of a task
//! spawned and joined at home both references come back at the join, and go out again together, so
//! that in such a life none is counted: three locked instructions less. (They overlap with other
//! work, and are 1 % of the time at most.)
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

/// How many are kept at most; a park keeps fewer (`upkeep.rs`).
const SPARE: usize = 1024;

/// A handle's reference to its task's header, if that came back together with the slot's.
pub(crate) type Spare = Option<Arc<Header>>;

/// The headers of one home.
pub(crate) struct Headers {
    remote: Arc<Remote>,
    /// A slot's reference, and the handle's.
    spare: Vec<(Arc<Header>, Spare)>,
}

impl Headers {
    pub(crate) fn new(remote: Arc<Remote>) -> Headers {
        Headers { remote, spare: Vec::new() }
    }

    /// A header for a new task, twice.
    #[inline]
    pub(crate) fn take(&mut self, key: Key) -> (Arc<Header>, Arc<Header>) {
        // Two references to one header: the slot's and the handle's.
        if let Some((for_slot, for_handle)) = self.spare.pop() {
            let for_handle = for_handle.unwrap_or_else(|| for_slot.clone());
            if Arc::strong_count(&for_slot) == 2 {
                // Both are ours: nobody else holds it. The fence makes visible all that the last
                // holder did.
                fence(Ordering::Acquire);
                for_slot.renew(key);
                return (for_slot, for_handle);
            }
        }
        self.make(key)
    }

    #[inline(never)]
    fn make(&self, key: Key) -> (Arc<Header>, Arc<Header>) {
        let header = Arc::new(Header::new(self.remote.clone(), key));
        (header.clone(), header)
    }

    /// A slot gives its reference back.
    #[inline]
    pub(crate) fn give_back(&mut self, header: Arc<Header>, spare: Spare) {
        debug_assert!(spare.as_ref().is_none_or(|spare| Arc::ptr_eq(spare, &header)));
        if self.spare.len() < SPARE {
            self.spare.push((header, spare));
        }
    }

    /// Keeps no more than so many.
    pub(crate) fn truncate(&mut self, most: usize) {
        self.spare.truncate(most);
    }
}
