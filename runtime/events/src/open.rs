//! Which waits are open now, in the whole process?
//!
//! A wait begins when a future of ours first returns `Pending`, and ends once: the future is ready,
//! or it is dropped. From the one to the other the future keeps an [`Open`], and the table here an
//! entry. The number of the wait is also where its waker is stored: so the code that serves it, and
//! the wake that follows, can name it.
//!
//! Interface: [`Open`]. Invariants: an entry is its `Open`'s alone, which may end on another thread
//! than the one on which it began: the table is the process's, behind a lock. Where nothing records
//! or looks, nothing is kept: [`Open::asked`] is one branch, its end another. Without the feature
//! `causes` it is empty: the numbers cost a tenth of a message's instructions.
//!
//! tokio: a span of `tracing` for each resource's poll (`tokio_unstable`).

use std::panic::Location;
#[cfg(feature = "causes")]
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "causes")]
use parking_lot::Mutex;
#[cfg(feature = "causes")]
use slab::Slab;

#[cfg(feature = "causes")]
use crate::in_a_drop;
use crate::state::{By, Lasting, Since};
use crate::thread::waits_at;
use crate::{Event, Id, KeptId, Place, RemoteEvents, Resource, elsewhere, emit, keeps, line};

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
    /// By whom it was asked last, from where, and since when it is open.
    by: By,
    place: Place,
    since: Since,
    /// Of a timer: when it is due.
    due: Option<Duration>,
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
        if keeps() { self.tell(on(), None) } else { KeptId::NONE }
    }

    /// The same for a timer that is due then.
    #[inline]
    #[track_caller]
    pub fn asked_until(&mut self, due: Duration, on: impl FnOnce() -> Resource) -> KeptId {
        if keeps() { self.tell(on(), Some(due)) } else { KeptId::NONE }
    }

    #[cold]
    #[track_caller]
    fn tell(&mut self, on: Resource, due: Option<Duration>) -> KeptId {
        let place = Location::caller();
        let Some(wait) = self.begun(on, elsewhere, (waits_at(place), place, due)) else {
            return KeptId::NONE;
        };
        emit(|| Event::Wait { wait, on });
        KeptId::of(wait)
    }

    /// The same on a thread that records nothing: the caller tells that record of it.
    #[cold]
    pub fn asked_elsewhere(&mut self, on: Resource, told: &Arc<RemoteEvents>) -> (Id, KeptId) {
        let here = (By { at: line(), ..By::NOBODY }, Location::caller(), None);
        let wait = self.begun(on, || Some(told.clone()), here).unwrap_or_else(Id::next);
        (wait, KeptId::of(wait))
    }

    #[cfg(feature = "causes")]
    fn begun(
        &mut self,
        on: Resource,
        told: impl FnOnce() -> Option<Arc<RemoteEvents>>,
        (by, place, due): (By, Place, Option<Duration>),
    ) -> Option<Id> {
        if self.key > 0 {
            let entry = &mut TABLE.lock()[self.key as usize - 1];
            (entry.by, entry.due) = (by, due);
            return Some(entry.wait);
        }
        let (wait, told) = (Id::next(), told()?);
        told.waits(on, true);
        let since = told.now();
        let key = TABLE.lock().insert(Entry { wait, on, told, by, place, since, due });
        self.key = u32::try_from(key + 1).expect("fewer than 2^32 waits at a time");
        Some(wait)
    }

    /// Each time it is asked it is another one.
    #[cfg(not(feature = "causes"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn begun(
        &mut self,
        _: Resource,
        told: impl FnOnce() -> Option<Arc<RemoteEvents>>,
        _: (By, Place, Option<Duration>),
    ) -> Option<Id> {
        told().map(|_| Id::next())
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
        let Entry { wait, on, told, .. } = TABLE.lock().remove(self.key as usize - 1);
        self.key = 0;
        told.waits(on, false);
        if told.on() {
            told.emit(|| Event::Done { wait, on, got });
        }
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

/// The waits that this runtime's record would tell of.
#[cfg(feature = "causes")]
pub(crate) fn open_waits(of: &RemoteEvents) -> Vec<Lasting> {
    let table = TABLE.lock();
    let own = table.iter().filter(|(_, entry)| ptr::eq(Arc::as_ptr(&entry.told), of));
    own.flat_map(|(_, &Entry { wait, on, by, place, since, due, .. })| {
        let lasting = move |event| Lasting { event, place, by, since };
        let timer = match (on, due) {
            (Resource::Timer(timer), Some(due)) => {
                Some(Event::TimerAdd { timer, due, level: 0, slot: 0 })
            }
            _ => None,
        };
        timer.into_iter().chain([Event::Wait { wait, on }]).map(lasting)
    })
    .collect()
}

/// None is kept.
#[cfg(not(feature = "causes"))]
pub(crate) fn open_waits(_: &RemoteEvents) -> Vec<Lasting> {
    Vec::new()
}
