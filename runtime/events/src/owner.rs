//! Who adds a row to the table of what exists (`table.rs`), and who removes it?
//!
//! The row's owner: a future owns its wait, a combinator its scope, a guard what it *holds* of a
//! lock or semaphore, and the engine its tasks, jobs and sources.
//!
//! Interface: if a sink *watches* the runtime, [`change`] adds the row of what an event begins, and
//! returns it as a [`RowGuard`], whose drop removes it. It also records the event if the runtime is
//! *recorded*, which means that the sink wants records, too. But [`Primitive::begin_hold`] returns
//! a [`Key`], because a lock's guard removes its hold by hand ([`Key::shrink`]): under the
//! primitive's lock, before another task can take the units. A forgotten guard's hold stays.
//!
//! Invariant: a row may be removed on any thread, because a key has the number of its table.
//! Without the `causes` feature nothing has a row, and both types are empty.

use std::panic::Location;
use std::sync::{Arc, Weak};

use crate::primitive::Primitive;
use crate::record::By;
use crate::recorder::runtime_with;
use crate::running::{Depth, RUNNING, Running};
use crate::snapshot::{HoldNow, ThingNow};
use crate::table::{Key, Queued, Row};
use crate::{Event, Id, Place, RemoteEvents, SyncKind, Units, elsewhere};

/// Owns a row of the table: its drop removes the row.
#[derive(Debug, Default)]
pub struct RowGuard {
    pub(crate) key: Key,
}

impl RowGuard {
    /// No row.
    pub const NONE: RowGuard = RowGuard { key: Key::NONE };

    /// For a task's row: sets the local set that knows whether the task is queued.
    pub fn set_local_set(&self, queue: &Arc<impl Queued + 'static>) {
        self.key.edit(|row| {
            if let Row::Task(_, set) = row {
                *set = Some(Arc::downgrade(queue) as Weak<dyn Queued>);
            }
        });
    }

    /// For a source's row: sets the source's descriptor.
    pub fn set_descriptor(&self, fd: Option<i32>) {
        self.key.edit(|row| {
            if let Row::Source(now) = row {
                now.fd = fd;
            }
        });
    }
}

#[cfg(feature = "causes")]
impl Drop for RowGuard {
    #[inline]
    fn drop(&mut self) {
        if self.key.is_some() {
            self.key.with_remote(|remote| remote.table.lock().remove(self.key));
        }
    }
}

impl Key {
    /// Calls `f` with the runtime whose table has its row.
    pub(crate) fn with_remote<R>(self, f: impl FnOnce(&RemoteEvents) -> Option<R>) -> Option<R> {
        if !self.is_some() {
            return None;
        }
        RUNNING.with(|running| match &*running.remote.borrow() {
            Some(here) if self.table() == running.table.get() => f(here),
            _ => f(&*runtime_with(self.table())?),
        })
    }

    /// Edits its row.
    pub(crate) fn edit<R>(self, f: impl FnOnce(&mut Row) -> R) -> Option<R> {
        self.with_remote(|remote| Some(f(remote.table.lock().get_mut(self)?)))
    }

    /// Takes these units, perhaps all, out of the hold. Returns its number in events.
    pub fn shrink(self, units: Units) -> Option<u64> {
        self.with_remote(|remote| {
            let mut table = remote.table.lock();
            let Some(Row::Hold(now, _)) = table.get_mut(self) else { return None };
            let id = now.id;
            match (&mut now.units, units) {
                (Units::Count(held), Units::Count(taken)) if *held > taken => *held -= taken,
                // A write guard is downgraded to a read guard.
                (held @ Units::All, Units::Count(_)) => *held = Units::Count(1),
                _ => _ = table.remove(self),
            }
            Some(id)
        })
    }

    /// Adds these units to the hold. Returns its number in events.
    pub fn grow(self, units: Units) -> Option<u64> {
        let grow = |row: &mut Row| {
            let Row::Hold(now, _) = row else { return None };
            if let (Units::Count(held), Units::Count(added)) = (&mut now.units, units) {
                *held = held.saturating_add(added);
            }
            Some(now.id)
        };
        self.edit(grow).flatten()
    }
}

/// Records an event of the runtime that this thread drives, and adds the row that it begins.
#[inline]
#[track_caller]
pub fn change(event: impl FnOnce() -> Event) -> RowGuard {
    let place = Location::caller();
    RUNNING.with(|running| match running.depth.get() {
        Depth::Nothing => RowGuard::NONE, // nobody watches what this thread does
        _ => match &*running.remote.borrow() {
            Some(driven_here) => driven_here.enter(running, event(), place),
            None => RowGuard::NONE,
        },
    })
}

impl RemoteEvents {
    /// Records an event of this runtime on any thread, and adds the row that it begins.
    #[inline]
    #[track_caller]
    pub fn change(&self, event: impl FnOnce() -> Event) -> RowGuard {
        let place = Location::caller();
        let enter = |running: &Running| self.enter(running, event(), place);
        if self.is_watched() { RUNNING.with(enter) } else { RowGuard::NONE }
    }

    #[cold]
    fn enter(&self, running: &Running, event: Event, place: Place) -> RowGuard {
        if self.is_recorded() {
            self.record(event, place);
        }
        running.got_something.set(true); // a poll that begins something isn't in vain
        RowGuard { key: self.table.lock().apply(event, || running.at(place)) }
    }
}

impl Primitive {
    /// A primitive that this thread's runtime sees for the first time, with its `count`, if that is
    /// known, and the number of values that fit. A channel that is seen when it is `made` has one
    /// sender; later nobody here knows.
    pub fn first_seen(
        (kind, id): (SyncKind, Id),
        made: Option<Place>,
        count: Option<usize>,
        room: Option<usize>,
    ) -> Arc<Primitive> {
        let number = elsewhere().map_or(0, |remote| remote.table.lock().number_of(kind));
        let (senders, closed) = ((kind.is_channel() && made.is_some()).then_some(1), false);
        Arc::new(Primitive::new(ThingNow { id, kind, number, made, count, room, senders, closed }))
    }

    /// The running task or job has taken units. `owned`: its guard owns the primitive. On a thread
    /// that drives no runtime, `find_runtime` gives the one whose table gets the hold, and the job
    /// that runs here, if any. Returns the hold's key, and its number in events.
    #[cold]
    pub fn begin_hold<'a>(
        self: &Arc<Primitive>,
        units: Units,
        owned: bool,
        find_runtime: impl FnOnce() -> Option<(&'a Arc<RemoteEvents>, Option<Id>)>,
    ) -> (Key, u64) {
        let (id, thing) = (Id::next().get(), self.id);
        let key = RUNNING.with(|running| {
            let By { task, at, .. } = running.by();
            let add_row = |runtime: &RemoteEvents, by: Option<Id>| {
                let now = HoldNow { id, thing, units, by, at: at.place(), owned };
                runtime.table.lock().insert(Row::Hold(now, self.clone()))
            };
            if let Some(driven_here) = &*running.remote.borrow() {
                return add_row(driven_here, task);
            }
            find_runtime().map_or(Key::NONE, |(runtime, job)| add_row(runtime, task.or(job)))
        });
        (key, id)
    }
}
