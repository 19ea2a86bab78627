//! Which waits are open now, in the whole process?
//!
//! A wait begins when a future of kettle's first returns `Pending`, and ends once, when the future
//! is ready or dropped. Meanwhile the future keeps an [`Open`], and the table here an entry. The
//! number of the wait is also stored beside its waker, so that the code that serves the wait, and
//! the wake that follows, can name it.
//!
//! Invariants: an entry belongs to its `Open` alone. Since a wait may end on a different thread
//! from the one where it began, the whole process has one table, behind a lock. Where nothing
//! records or looks, no wait is kept, and [`Open::asked`] and the end of a wait cost one branch
//! each. Without the `causes` feature an `Open` is empty, because the numbers make a message a
//! tenth dearer.
//!
//! tokio: a `tracing` span for each poll of a resource (`tokio_unstable`).

use std::panic::Location;
use std::ptr;
use std::sync::Arc;
#[cfg(feature = "causes")]
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use slab::Slab;

use crate::running::{own, waits_at};
use crate::state::{By, Lasting};
use crate::state_lock::StateLock;
use crate::{Event, Id, KeptId, Place, RemoteEvents, Resource, elsewhere, emit, keeps, line};

/// A future's wait, from its first `Pending` to its end.
#[derive(Debug, Default)]
pub struct Open {
    /// One more than its place in the table, or 0 if it has none.
    #[cfg(feature = "causes")]
    key: u32,
}

/// Who asks, from where, and, if the wait is for a timer, when that is due.
type Here = (By, Place, Option<Duration>);

/// An open wait, and the runtime that records it.
#[cfg_attr(not(feature = "causes"), expect(dead_code, reason = "none is kept"))]
struct Entry {
    wait: Id,
    on: Resource,
    asked: Lasting,
    told: Arc<RemoteEvents>,
    /// When the timer that it is waiting for is due.
    due: Option<Duration>,
}

static TABLE: StateLock<Slab<Entry>> = StateLock::new(Slab::new());

impl Open {
    /// No wait yet.
    pub const NONE: Open = Open {
        #[cfg(feature = "causes")]
        key: 0,
    };

    /// The future has stored its waker and has to wait. Returns the number of its wait, which
    /// begins here if it hasn't begun yet.
    #[inline]
    #[track_caller]
    pub fn asked(&mut self, on: impl FnOnce() -> Resource) -> KeptId {
        if keeps() { self.tell(on(), None) } else { KeptId::NONE }
    }

    /// The same for a timer that is due at this time.
    #[inline]
    #[track_caller]
    pub fn asked_until(&mut self, due: Duration, on: impl FnOnce() -> Resource) -> KeptId {
        if keeps() { self.tell(on(), Some(due)) } else { KeptId::NONE }
    }

    #[cold]
    #[track_caller]
    fn tell(&mut self, on: Resource, due: Option<Duration>) -> KeptId {
        let place = Location::caller();
        let by = waits_at(place);
        let Some(told) = elsewhere() else { return KeptId::NONE };
        let wait = self.begun(on, &told, (by, place, due));
        emit(|| Event::Wait { wait, on, own: own() });
        KeptId::of(wait)
    }

    /// The same on a thread that records nothing. The caller has to record the `Wait`.
    #[cold]
    pub fn asked_elsewhere(&mut self, on: Resource, told: &Arc<RemoteEvents>) -> (Id, KeptId) {
        let here = (By { at: line(), ..By::NOBODY }, Location::caller(), None);
        let wait = self.begun(on, told, here);
        (wait, KeptId::of(wait))
    }

    #[cfg(feature = "causes")]
    fn begun(&mut self, on: Resource, told: &Arc<RemoteEvents>, (by, place, due): Here) -> Id {
        if self.key > 0 {
            let entry = &mut TABLE.lock()[self.key as usize - 1];
            (entry.asked.by, entry.due) = (by, due);
            entry.asked.event = Event::Wait { wait: entry.wait, on, own: own() };
            // What it was served is used up.
            entry.told.state.lock().served.retain(|served| *served != entry.wait);
            return entry.wait;
        }
        let wait = Id::next();
        told.sources.fetch_add(usize::from(matches!(on, Resource::Source(..))), Relaxed);
        let event = Event::Wait { wait, on, own: own() };
        let asked = Lasting { event, place, by, since: told.now() };
        let key = TABLE.lock().insert(Entry { wait, on, asked, told: told.clone(), due });
        self.key = u32::try_from(key + 1).expect("fewer than 2^32 waits at a time");
        wait
    }

    /// Each time a future asks, it is another wait.
    #[cfg(not(feature = "causes"))]
    #[expect(clippy::unused_self, reason = "as with the feature")]
    fn begun(&mut self, _: Resource, _: &Arc<RemoteEvents>, _: Here) -> Id {
        Id::next()
    }

    /// The future is ready, because it got what it waited for, or learned that nothing will come.
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
        let mut table = TABLE.lock();
        let Entry { wait, on, told, .. } = table.remove(self.key as usize - 1);
        if table.is_empty() && table.capacity() > 1024 {
            *table = Slab::new(); // what a burst of waits took
        }
        drop(table);
        self.key = 0;
        told.sources.fetch_sub(usize::from(matches!(on, Resource::Source(..))), Relaxed);
        if told.on() {
            told.emit(|| Event::Done { wait, on, got });
        }
    }
}

/// The wait is given up.
#[cfg(feature = "causes")]
impl Drop for Open {
    #[inline]
    fn drop(&mut self) {
        if self.key != 0 {
            let _line = crate::in_a_drop();
            self.end(false);
        }
    }
}

/// The open waits that this runtime records, each timer before the wait for it.
pub(crate) fn open_waits(of: &RemoteEvents) -> Vec<Lasting> {
    let mut told = Vec::new();
    for (_, entry) in TABLE.lock().iter().filter(|it| ptr::eq(Arc::as_ptr(&it.1.told), of)) {
        if let (Resource::Timer(timer), Some(due)) = (entry.on, entry.due) {
            told.push(Lasting { event: Event::TimerAt { timer, due }, ..entry.asked });
        }
        told.push(entry.asked);
    }
    told
}
