//! Who removes an entry from the table when something ends?
//!
//! Its owner, who also added it to the runtime's table (`table.rs`): a future its wait, a
//! combinator its scope, a guard its hold, and the engine its tasks, jobs and sources.
//!
//! Interface: [`change`], for events that begin something; [`Kept`], an entry that ends with its
//! owner; the methods of [`Key`] here, for an entry that is ended by hand. Invariant: an entry may
//! end on any thread; one that doesn't drive the runtime finds the table by its number. Without the
//! `causes` feature nothing has an entry, and both types are empty.

use std::mem;
use std::panic::Location;
use std::sync::Arc;

use crate::primitive::Primitive;
use crate::recorder::runtime_with;
use crate::running::{RUNNING, by_at};
use crate::table::{Entry, Key, Queued, Table};
use crate::{Event, Id, Place, RemoteEvents, SyncKind, elsewhere, is_watched};

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

    /// For a task's entry: this queue knows whether the task is queued.
    pub fn is_queued_in(&self, queue: &Arc<impl Queued + 'static>) {
        self.0.change(|entry| {
            if let Entry::Task(_, known) = entry {
                let queue = Arc::downgrade(queue);
                *known = Some(queue);
            }
        });
    }

    /// Of a source: its descriptor.
    pub fn has_descriptor(&self, fd: Option<i32>) {
        self.0.change(|entry| {
            if let Entry::Source(now) = entry {
                now.fd = fd;
            }
        });
    }

    /// Gives up ownership: the entry is then ended by hand.
    pub(crate) fn into_key(mut self) -> Key {
        mem::take(&mut self.0)
    }

    /// Ends the entry now.
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
    if is_watched() { apply(event(), Location::caller()) } else { Kept::NONE }
}

#[cold]
fn apply(event: Event, place: Place) -> Kept {
    RUNNING.with(|it| match &*it.remote.borrow() {
        Some(remote) => remote.apply(event, place),
        None => Kept::NONE,
    })
}

impl RemoteEvents {
    /// The same for an event of this runtime, on any thread.
    #[inline]
    #[track_caller]
    pub fn change(&self, event: impl FnOnce() -> Event) -> Kept {
        if self.is_watched() { self.apply(event(), Location::caller()) } else { Kept::NONE }
    }

    fn apply(&self, event: Event, place: Place) -> Kept {
        if self.is_recorded() {
            self.record(event, place);
        }
        RUNNING.with(|it| it.got_something.set(true));
        self.keep(|table| table.apply(event, || by_at(place)))
    }

    /// Adds the entry that `begins` returns, if any, unless the runtime has ended.
    pub(crate) fn keep(&self, begins: impl FnOnce(&mut Table) -> Option<Entry>) -> Kept {
        let mut table = self.table.lock();
        match begins(&mut table) {
            Some(entry) if cfg!(feature = "causes") && self.is_watched() => {
                Kept(table.insert(self.number.0, entry))
            }
            _ => Kept::NONE,
        }
    }
}

impl Primitive {
    /// One that is first seen here, in this thread's runtime.
    pub fn first_seen(
        (kind, id): (SyncKind, Id),
        made: Option<Place>,
        count: Option<usize>,
        room: Option<usize>,
    ) -> Arc<Primitive> {
        let number = elsewhere().map_or(0, |it| it.table.lock().number_of(kind));
        Arc::new(Primitive::new((kind, id, number), made, count, room))
    }
}
