//! Who adds a row to the table of what exists (`table.rs`), and who removes it?
//!
//! The row's owner: a future owns its wait, a combinator its scope, a guard what it *holds* of a
//! lock or semaphore, and the engine its tasks, jobs and sources.
//!
//! Interface: [`change`] records an event that begins something, and returns its row as a
//! [`RowGuard`], whose drop removes it. But [`Primitive::begin_hold`] returns a [`Key`], because a
//! lock's guard removes its hold by hand ([`Key::shrink`]): under the primitive's lock, before
//! another task can take the units. A forgotten guard's hold stays.
//!
//! Invariant: a row may be removed on any thread, because a key has the number of its table.
//! Without the `causes` feature nothing has a row, and both types are empty.

use std::mem;
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
pub struct RowGuard(pub(crate) Key);

impl RowGuard {
    /// No row.
    pub const NONE: RowGuard = RowGuard(Key::NONE);

    /// The row's key.
    #[inline]
    pub fn key(&self) -> Key {
        self.0
    }

    /// For a task's row: sets the queue that knows whether the task is queued.
    pub fn is_queued_in(&self, queue: &Arc<impl Queued + 'static>) {
        self.0.edit(|row| {
            if let Row::Task(_, known) = row {
                *known = Some(Arc::downgrade(queue) as Weak<dyn Queued>);
            }
        });
    }

    /// For a source's row: sets the source's descriptor.
    pub fn has_descriptor(&self, fd: Option<i32>) {
        self.0.edit(|row| {
            if let Row::Source(now) = row {
                now.fd = fd;
            }
        });
    }

    /// Gives up ownership: the row is then removed by hand.
    pub(crate) fn take(&mut self) -> Key {
        mem::take(&mut self.0)
    }
}

#[cfg(feature = "causes")]
impl Drop for RowGuard {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.0.remove(|_| ());
        }
    }
}

impl Key {
    /// Calls `f` with the runtime whose table has its row.
    pub(crate) fn with_remote<R>(self, f: impl FnOnce(&RemoteEvents) -> Option<R>) -> Option<R> {
        if !self.is_some() {
            return None;
        }
        RUNNING.with(|it| match &*it.remote.borrow() {
            Some(here) if self.table() == it.table.get() => f(here),
            _ => f(&*runtime_with(self.table())?),
        })
    }

    /// Edits its row.
    pub(crate) fn edit<R>(self, f: impl FnOnce(&mut Row) -> R) -> Option<R> {
        self.with_remote(|remote| Some(f(remote.table.lock().get_mut(self)?)))
    }

    /// Removes its row, and returns what `last` gives for it.
    pub(crate) fn remove<R>(self, last: impl FnOnce(&Row) -> R) -> Option<R> {
        self.with_remote(|remote| remote.table.lock().remove(self, last))
    }

    /// Takes these units, perhaps all, out of the hold. Returns its number in events.
    pub fn shrink(self, units: Units) -> Option<u64> {
        self.with_remote(|remote| {
            let mut table = remote.table.lock();
            let Some(Row::Hold(now, _)) = table.get_mut(self) else { return None };
            let id = now.id;
            match (&mut now.units, units) {
                (Units::Count(all), Units::Count(some)) if *all > some => *all -= some,
                (all @ Units::All, Units::Count(_)) => *all = Units::Count(1), // a reader now
                _ => _ = table.remove(self, |_| ()),
            }
            Some(id)
        })
    }

    /// Adds these units to the hold. Returns its number in events.
    pub fn grow(self, units: Units) -> Option<u64> {
        let grow = |row: &mut Row| {
            let Row::Hold(now, _) = row else { return None };
            if let (Units::Count(all), Units::Count(some)) = (&mut now.units, units) {
                *all = all.saturating_add(some);
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
    RUNNING.with(|it| match it.depth.get() {
        Depth::Nothing => RowGuard::NONE,
        _ => it.with_remote(|here| here.enter(it, event(), place)).unwrap_or_default(),
    })
}

impl RemoteEvents {
    /// Records an event of this runtime on any thread, and adds the row that it begins.
    #[inline]
    #[track_caller]
    pub fn change(&self, event: impl FnOnce() -> Event) -> RowGuard {
        let (is_watched, place) = (self.is_watched(), Location::caller());
        if is_watched { RUNNING.with(|it| self.enter(it, event(), place)) } else { RowGuard::NONE }
    }

    #[cold]
    fn enter(&self, it: &Running, event: Event, place: Place) -> RowGuard {
        if self.is_recorded() {
            self.record(event, place);
        }
        it.got_something.set(true); // a poll that begins something isn't in vain
        let mut table = self.table.lock();
        let row = table.apply(event, || it.at(place));
        row.map_or(RowGuard::NONE, |row| RowGuard(table.insert(row)))
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
        let number = elsewhere().map_or(0, |it| it.table.lock().number_of(kind));
        let (senders, closed) = ((kind.is_channel() && made.is_some()).then_some(1), false);
        Arc::new(Primitive::new(ThingNow { id, kind, number, made, count, room, senders, closed }))
    }

    /// The running task has taken units. `owned`: its guard owns the primitive. On a thread without
    /// a runtime, `elsewhere` gives the runtime that keeps the hold, and the job that runs here, if
    /// any. Returns the hold's key, and its number in events.
    #[cold]
    pub fn begin_hold<'a>(
        self: &Arc<Primitive>,
        units: Units,
        owned: bool,
        elsewhere: impl FnOnce() -> Option<(&'a Arc<RemoteEvents>, Option<Id>)>,
    ) -> (Key, u64) {
        let (id, thing) = (Id::next().get(), self.id);
        let key = RUNNING.with(|it| {
            let By { task, at, .. } = it.get();
            let begin = |remote: &RemoteEvents, by| {
                let now = HoldNow { id, thing, units, by, at: at.place(), owned };
                remote.table.lock().insert(Row::Hold(now, self.clone()))
            };
            match &*it.remote.borrow() {
                Some(here) => begin(here, task),
                None => elsewhere().map_or(Key::NONE, |(remote, job)| begin(remote, task.or(job))),
            }
        });
        (key, id)
    }
}
