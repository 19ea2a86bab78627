//! How does a runtime know which waits are open?
//!
//! A wait begins when a future of kettle's first returns `Pending`, and ends once, when the future
//! is ready or dropped. Meanwhile the future owns a [`Wait`], a row in its runtime's table.
//! The number of the wait is also stored beside its waker, so that the code that serves the wait,
//! and the wake that follows, can name it.
//!
//! Invariants: a wait belongs to the runtime that polled its future last. Where nothing records or
//! looks, no wait has a row, and its beginning and its end cost one branch each. Without the
//! `causes` feature the type is empty, because the numbers make a message 10 % dearer.
//!
//! tokio: a `tracing` span for each poll of a resource (`tokio_unstable`).

use std::mem;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::owner::RowGuard;
use crate::primitive::Primitive;
use crate::record::By;
use crate::running::{Depth, RUNNING, Running};
use crate::snapshot::WaitNow;
use crate::table::{Key, Row};
use crate::thread::record;
use crate::{Event, Id, Place, RemoteEvents, Resource, StoredId};

/// A future's wait, from its first `Pending` to its end.
#[derive(Debug, Default)]
pub struct Wait {
    row: RowGuard,
}

/// What a future waits for: the resource, and its primitive or, for a timer, when it is due.
struct Awaited<'a> {
    on: Resource,
    primitive: Option<&'a Arc<Primitive>>,
    due: Option<Duration>,
}

impl Wait {
    /// No wait yet.
    pub const NONE: Wait = Wait { row: RowGuard::NONE };

    /// The future has stored its waker and has to wait, for a timer until it is `due`. Returns the
    /// number of its wait, which begins here if it hasn't begun yet.
    #[inline]
    #[track_caller]
    pub fn pending(&mut self, due: Option<Duration>, on: impl FnOnce() -> Resource) -> StoredId {
        let place = Location::caller();
        RUNNING.with(|running| match running.depth.get() {
            Depth::Nothing => StoredId::NONE,
            _ => self.begin(running, &Awaited { on: on(), primitive: None, due }, place),
        })
    }

    /// Like [`Wait::pending`], for a primitive. On a thread that isn't watched, `elsewhere` gives
    /// the runtime that records the wait, and the blocking job that runs here, if any.
    #[track_caller]
    pub fn pending_for<'a>(
        &mut self,
        primitive: &Arc<Primitive>,
        on: Resource,
        elsewhere: impl FnOnce() -> Option<(&'a Arc<RemoteEvents>, Option<Id>)>,
    ) -> StoredId {
        let awaited = Awaited { on, primitive: Some(primitive), due: None };
        let place = Location::caller();
        RUNNING.with(|running| {
            let Depth::Nothing = running.depth.get() else {
                return self.begin(running, &awaited, place);
            };
            let Some((remote, job)) = elsewhere().filter(|(remote, _)| remote.is_watched()) else {
                return StoredId::NONE;
            };
            let (at, own) = (running.line.get(), running.stored_own.get());
            let wait = self.enter(running, remote, By { task: job, scope: None, at }, &awaited);
            remote.push(Event::Wait { wait, on, own }, job, at);
            StoredId::of(wait)
        })
    }

    #[cold]
    fn begin(&mut self, running: &Running, awaited: &Awaited<'_>, place: Place) -> StoredId {
        let wait = match &*running.remote.borrow() {
            Some(here) => self.enter(running, here, running.awaits(place), awaited),
            None => return StoredId::NONE,
        };
        if let Depth::Record = running.depth.get() {
            record(Event::Wait { wait, on: awaited.on, own: running.stored_own.get() }, place);
        } else if awaited.primitive.is_none() {
            return StoredId::NONE; // only a primitive or a record would say who serves this wait
        }
        StoredId::of(wait)
    }

    /// Begins or renews the wait in the table of `remote`.
    fn enter(
        &mut self,
        running: &Running,
        remote: &RemoteEvents,
        By { task: by, scope, at }: By,
        &Awaited { on, primitive, due }: &Awaited<'_>,
    ) -> Id {
        let (at, own) = (at.place(), running.stored_own.get());
        let cleared = running.cleared.get().and_then(|(source, at)| (source == on).then_some(at));
        if self.row.key.is_some()
            && let Some(Row::Wait(known, primitive)) = remote.table.lock().get_mut(self.row.key)
        {
            (known.by, known.scope, known.at, known.own, known.due) = (by, scope, at, own, due);
            (known.cleared, known.reported) = (cleared, None);
            if let Some(primitive) = primitive {
                primitive.forget_served(known.id); // what it was served is used up
            }
            return known.id;
        }
        // A wait that another runtime has polled before keeps its number.
        let moved = if self.row.key.is_some() { self.end(false) } else { None };
        if let (Some(id), Some(primitive)) = (moved, primitive) {
            primitive.forget_served(id);
        }
        let id = moved.unwrap_or_else(Id::next);
        let (began, served, reported, since) = (Duration::MAX, false, None, None); // no snapshot
        let now =
            WaitNow { id, on, by, scope, at, due, cleared, own, served, reported, began, since };
        let mut table = remote.table.lock();
        table.set_task_line(running.key.get(), at);
        self.row.key = table.insert(Row::Wait(now, primitive.cloned()));
        id
    }

    /// For a source: a report wakes the task.
    #[inline]
    pub fn note_report(&self) {
        self.row.key.edit(|row| {
            if let Row::Wait(now, _) = row {
                now.reported.get_or_insert(Duration::MAX); // no snapshot so far
            }
        });
    }

    /// The future is ready, because it got what it waited for, or learned that nothing will come.
    #[inline]
    #[track_caller]
    pub fn got(&mut self) {
        if self.row.key.is_some() {
            self.end(true);
        }
    }

    /// Returns its number.
    #[cold]
    #[track_caller]
    fn end(&mut self, got: bool) -> Option<Id> {
        let (key, place) = (mem::replace(&mut self.row.key, Key::NONE), Location::caller());
        key.with_remote(|remote| {
            let mut table = remote.table.lock();
            let Row::Wait(WaitNow { id, on, .. }, _) = *table.get_mut(key)? else { return None };
            table.remove(key);
            drop(table);
            if remote.is_recorded() {
                remote.record(Event::Done { wait: id, on, got }, place);
            }
            Some(id)
        })
    }
}

/// The future gives its wait up without having got anything.
#[cfg(feature = "causes")]
impl Drop for Wait {
    #[inline]
    fn drop(&mut self) {
        if self.row.key.is_some() {
            let _line = crate::in_a_drop();
            self.end(false);
        }
    }
}
