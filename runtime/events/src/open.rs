//! Which waits are open now, in the whole process?
//!
//! A wait begins when a future of ours first returns `Pending`, and ends once: the future is ready,
//! or it is dropped. From the one to the other the future keeps an [`Open`], and the table here an
//! entry. The number of the wait is also where its waker is stored: so the code that serves it, and
//! the wake that follows, can name it.
//!
//! Interface: [`Open`]. Invariants: an entry is its `Open`'s alone, which may end on
//! another thread than the one on which it began: the table is the process's, behind a lock. While
//! nothing records, nothing is kept: [`Open::asked`] is one branch, its end another. Without the
//! feature `causes` it is empty: the numbers cost a tenth of a message's instructions.
//!
//! tokio: a span of `tracing` for each resource's poll (`tokio_unstable`).

use std::sync::Arc;

#[cfg(feature = "causes")]
use parking_lot::Mutex;
#[cfg(feature = "causes")]
use slab::Slab;

#[cfg(feature = "causes")]
use crate::in_a_drop;
use crate::{Event, Id, KeptId, RemoteEvents, Resource, elsewhere, emit};

/// A future's wait, from its first `Pending` to its end; or none.
#[derive(Debug, Default)]
pub struct Open {
    /// One more than its place in the table; 0: it has none.
    #[cfg(feature = "causes")]
    key: u32,
}

/// What is kept of an open wait.
#[cfg(feature = "causes")]
struct Entry {
    wait: Id,
    on: Resource,
    /// Who records it.
    told: Arc<RemoteEvents>,
}

#[cfg(feature = "causes")]
static TABLE: Mutex<Slab<Entry>> = Mutex::new(Slab::new());

impl Open {
    /// No wait yet.
    pub const NONE: Open = Open {
        #[cfg(feature = "causes")]
        key: 0,
    };

    /// The future has stored its waker and has to wait: the number of its wait, which begins here
    /// if it hasn't yet.
    #[inline]
    #[track_caller]
    pub fn asked(&mut self, on: impl FnOnce() -> Resource) -> KeptId {
        if crate::on() { self.tell(on()) } else { KeptId::NONE }
    }

    #[cold]
    #[track_caller]
    fn tell(&mut self, on: Resource) -> KeptId {
        let Some(told) = elsewhere() else { return KeptId::NONE };
        let wait = self.begun(on, told);
        emit(|| Event::Wait { wait, on });
        KeptId::of(wait)
    }

    /// The same on a thread that records nothing: the caller tells that record of it.
    #[cold]
    pub fn asked_elsewhere(&mut self, on: Resource, told: &Arc<RemoteEvents>) -> (Id, KeptId) {
        let wait = self.begun(on, told.clone());
        (wait, KeptId::of(wait))
    }

    #[cfg(feature = "causes")]
    fn begun(&mut self, on: Resource, told: Arc<RemoteEvents>) -> Id {
        let mut table = TABLE.lock();
        if self.key == 0 {
            let key = table.insert(Entry { wait: Id::next(), on, told });
            self.key = u32::try_from(key + 1).expect("fewer than 2^32 waits at a time");
        }
        table[self.key as usize - 1].wait
    }

    /// Each time it is asked it is another one.
    #[cfg(not(feature = "causes"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn begun(&mut self, _: Resource, _: Arc<RemoteEvents>) -> Id {
        Id::next()
    }

    /// The future is ready: it got what it waited for, or has learned that nothing will come.
    #[inline]
    #[track_caller]
    pub fn got(&mut self) {
        #[cfg(feature = "causes")]
        if self.key != 0 {
            self.end(true);
        }
    }

    #[cfg(feature = "causes")]
    #[cold]
    #[track_caller]
    fn end(&mut self, got: bool) {
        let Entry { wait, on, told } = TABLE.lock().remove(self.key as usize - 1);
        self.key = 0;
        told.emit(|| Event::Done { wait, on, got });
    }
}

/// It is given up.
#[cfg(feature = "causes")]
impl Drop for Open {
    #[inline]
    fn drop(&mut self) {
        if self.key != 0 {
            let _line = in_a_drop();
            self.end(false);
        }
    }
}
