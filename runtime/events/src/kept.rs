//! Who says when something ends?
//!
//! Its owner, who made the entry in the runtime's table (`table.rs`) where the thing began, and
//! removes it where the thing ends: a future has its wait, a combinator its scope, a guard what it
//! has taken, and the engine its tasks, jobs and sources.
//!
//! Interface: [`change`], for events that begin something; [`Kept`], an entry that ends with its
//! owner; the methods of [`Key`] here, for one that is ended by hand. Invariant: an entry may end
//! on any thread: one that doesn't drive its runtime finds the table by its number. Without the
//! `causes` feature nothing has an entry, and both types are empty.

use std::mem;
use std::panic::Location;
use std::sync::Arc;

use crate::primitive::Primitive;
use crate::recorder::runtime_with;
use crate::running::{RUNNING, by_at};
use crate::table::{Entry, Key, Queued, Table};
use crate::{Event, Id, Place, RemoteEvents, SyncKind, elsewhere, keeps};

/// An entry that ends with its owner.
#[derive(Debug, Default)]
pub struct Kept(pub(crate) Key);

impl Kept {
    /// No entry.
    pub const NONE: Kept = Kept(Key::NONE);

    /// Its number.
    #[inline]
    pub fn key(&self) -> Key {
        self.0
    }

    /// Of a task: this knows whether it is queued.
    pub fn is_queued_in(&self, queue: &Arc<impl Queued + 'static>) {
        self.0.change(|entry| {
            if let Entry::Task(_, known) = entry {
                let queue = Arc::downgrade(queue);
                *known = Some(queue);
            }
        });
    }

    /// From now on it is ended by hand.
    pub(crate) fn into_key(mut self) -> Key {
        mem::take(&mut self.0)
    }

    /// It ends now.
    pub(crate) fn end(&mut self) {
        mem::take(&mut self.0).end();
    }
}

#[cfg(feature = "causes")]
impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.0.end();
        }
    }
}

impl Key {
    /// Is its entry in this runtime's table?
    pub(crate) fn is_in(self, remote: &RemoteEvents) -> bool {
        self.table() == remote.number.0
    }

    /// Calls `f` with the runtime whose table has its entry.
    pub(crate) fn with_remote<R>(self, f: impl FnOnce(&RemoteEvents) -> R) -> Option<R> {
        if !self.is_some() {
            return None;
        }
        RUNNING.with(|it| match &*it.remote.borrow() {
            Some(here) if self.is_in(here) => Some(f(here)),
            _ => runtime_with(self.table()).map(|remote| f(&remote)),
        })
    }

    /// Changes its entry.
    pub(crate) fn change<R>(self, f: impl FnOnce(&mut Entry) -> R) -> Option<R> {
        self.with_remote(|remote| remote.table.lock().get_mut(self).map(f)).flatten()
    }

    /// Removes its entry.
    fn end(self) {
        self.with_remote(|remote| remote.table.lock().remove(self));
    }
}

/// Records an event of the runtime that this thread drives, and keeps what it begins.
#[inline]
#[track_caller]
pub fn change(event: impl FnOnce() -> Event) -> Kept {
    if keeps() { changes(event(), Location::caller()) } else { Kept::NONE }
}

#[cold]
fn changes(event: Event, place: Place) -> Kept {
    RUNNING.with(|it| match &*it.remote.borrow() {
        Some(remote) => remote.changes(event, place),
        None => Kept::NONE,
    })
}

impl RemoteEvents {
    /// The same for an event of this runtime, on any thread.
    #[inline]
    #[track_caller]
    pub fn change(&self, event: impl FnOnce() -> Event) -> Kept {
        if self.keeps() { self.changes(event(), Location::caller()) } else { Kept::NONE }
    }

    fn changes(&self, event: Event, place: Place) -> Kept {
        if self.on() {
            self.record(event, place);
        }
        RUNNING.with(|it| it.is_new.set(true));
        self.keep(|table| table.take(event, || by_at(place)))
    }

    /// Keeps what begins, if anything does and its runtime hasn't ended.
    pub(crate) fn keep(&self, begins: impl FnOnce(&mut Table) -> Option<Entry>) -> Kept {
        let mut table = self.table.lock();
        match begins(&mut table) {
            Some(entry) if cfg!(feature = "causes") && self.keeps() => {
                Kept(table.insert(self.number.0, entry))
            }
            _ => Kept::NONE,
        }
    }
}

impl Primitive {
    /// One that is first seen here, in this thread's runtime.
    pub fn seen(
        (kind, id): (SyncKind, Id),
        made: Option<Place>,
        count: Option<usize>,
        room: Option<usize>,
    ) -> Arc<Primitive> {
        let number = elsewhere().map_or(0, |it| it.table.lock().number_of(kind));
        Arc::new(Primitive::new((kind, id, number), made, count, room))
    }
}
