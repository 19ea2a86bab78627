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

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use crate::owner::RowGuard;
use crate::primitive::Primitive;
use crate::record::By;
use crate::running::{Depth, RUNNING, Running};
use crate::snapshot::WaitNow;
use crate::table::{Row, UNSEEN};
use crate::thread::record;
use crate::{Event, Id, Place, RemoteEvents, Resource, StoredId};

/// A future's wait, from its first `Pending` to its end.
#[derive(Debug, Default)]
pub struct Wait(RowGuard);

/// What a future waits for: the resource, and its primitive or, for a timer, when it is due.
struct Awaited<'a>(Resource, Option<&'a Arc<Primitive>>, Option<Duration>);

impl Wait {
    /// No wait yet.
    pub const NONE: Wait = Wait(RowGuard::NONE);

    /// The future has stored its waker and has to wait, for a timer until it is `due`. Returns the
    /// number of its wait, which begins here if it hasn't begun yet.
    #[inline]
    #[track_caller]
    pub fn pending(&mut self, due: Option<Duration>, on: impl FnOnce() -> Resource) -> StoredId {
        let place = Location::caller();
        RUNNING.with(|it| match it.depth.get() {
            Depth::Nothing => StoredId::NONE,
            _ => self.begin(it, &Awaited(on(), None, due), place),
        })
    }

    /// Like [`Wait::pending`], for a primitive. On a thread that isn't watched, `elsewhere` gives
    /// the runtime that records the wait, and the blocking job that runs here, if any.
    #[track_caller]
    pub fn pending_for<'a>(
        &mut self,
        of: &Arc<Primitive>,
        on: Resource,
        elsewhere: impl FnOnce() -> Option<(&'a Arc<RemoteEvents>, Option<Id>)>,
    ) -> StoredId {
        let (awaited, place) = (Awaited(on, Some(of), None), Location::caller());
        RUNNING.with(|it| {
            let Depth::Nothing = it.depth.get() else { return self.begin(it, &awaited, place) };
            let Some((remote, task)) = elsewhere().filter(|(remote, _)| remote.is_watched()) else {
                return StoredId::NONE;
            };
            let (at, own) = (it.line.get(), it.own.get());
            let wait = self.enter(it, remote, By { task, scope: None, at }, &awaited);
            remote.push(Event::Wait { wait, on, own }, task, at);
            StoredId::of(wait)
        })
    }

    #[cold]
    fn begin(&mut self, it: &Running, awaited: &Awaited<'_>, place: Place) -> StoredId {
        let wait = match &*it.remote.borrow() {
            Some(here) => self.enter(it, here, it.awaits(place), awaited),
            None => return StoredId::NONE,
        };
        if let Depth::Record = it.depth.get() {
            record(Event::Wait { wait, on: awaited.0, own: it.own.get() }, place);
        }
        StoredId::of(wait)
    }

    /// Begins or renews the wait in the table of `remote`.
    fn enter(
        &mut self,
        it: &Running,
        remote: &RemoteEvents,
        By { task: by, scope, at }: By,
        awaited: &Awaited<'_>,
    ) -> Id {
        let (at, own, Awaited(on, of, due)) = (at.place(), it.own.get(), awaited);
        let is_this = |&(id, way, _): &_| *on == Resource::Source(id, way);
        let cleared = it.cleared.get().filter(is_this).map(|(.., at)| at);
        let mut table = remote.table.lock();
        if let Some(Row::Wait(now, of)) = table.get_mut(self.0.key()) {
            (now.by, now.scope, now.at, now.own, now.due) = (by, scope, at, own, *due);
            (now.cleared, now.reported) = (cleared, None);
            if let Some(of) = of {
                of.forget_served(now.id); // what it was served is used up
            }
            return now.id;
        }
        let mut known = None;
        if self.0.key().is_some() {
            drop(table);
            known = self.end(false); // it moves here
            if let (Some(wait), Some(of)) = (known, of) {
                of.forget_served(wait);
            }
            table = remote.table.lock();
        }
        let id = known.unwrap_or_else(Id::next);
        let (on, due, age, served, reported, since) = (*on, *due, UNSEEN, false, None, None);
        let now =
            WaitNow { id, on, by, scope, at, due, cleared, own, served, reported, age, since };
        table.set_task_line(it.key.get(), at);
        self.0 = RowGuard(table.insert(Row::Wait(now, of.cloned())));
        id
    }

    /// Of a source: a report wakes the task.
    #[inline]
    pub fn reported(&self) {
        self.0.key().edit(|row| {
            if let Row::Wait(now, ..) = row {
                now.reported = now.reported.or(Some((UNSEEN, None)));
            }
        });
    }

    /// The future is ready, because it got what it waited for, or learned that nothing will come.
    #[inline]
    #[track_caller]
    pub fn got(&mut self) {
        if self.0.key().is_some() {
            self.end(true);
        }
    }

    /// Returns its number.
    #[cold]
    #[track_caller]
    fn end(&mut self, got: bool) -> Option<Id> {
        let (key, place) = (self.0.take(), Location::caller());
        key.with_remote(|remote| {
            let now =
                |row: &Row| if let Row::Wait(now, _) = row { Some((now.id, now.on)) } else { None };
            let (wait, on) = remote.table.lock().remove(key, now)??;
            if remote.is_recorded() {
                remote.record(Event::Done { wait, on, got }, place);
            }
            Some(wait)
        })
    }
}

/// The future gives its wait up without having got anything.
#[cfg(feature = "causes")]
impl Drop for Wait {
    #[inline]
    fn drop(&mut self) {
        if self.0.key().is_some() {
            let _line = crate::in_a_drop();
            self.end(false);
        }
    }
}
