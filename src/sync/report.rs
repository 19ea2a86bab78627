//! How does a primitive report what happens to it?
//!
//! A [`Report`] is a field of the primitive. Each function emits one event, and only if this thread
//! records; else it costs one branch. A primitive has no number before its first report. So a
//! `const fn` can make one, and a primitive that is never watched never draws a number.
//!
//! Interface: [`Report`]. `Resource::Sync` in `runtime/events` says which event means what.
//!
//! Invariant: an event comes from the primitive's own line, or from this file. So a function that
//! passes the program's line on (`#[track_caller]`) reports nothing but its making.
//!
//! Not here: the mutex and the channels `mpsc` and `oneshot`, which have events of their own.
//!
//! tokio: the `resource` spans under `tokio_unstable`.

use std::panic::Location;
use std::sync::OnceLock;

use kettle_runtime::Id;
use kettle_runtime::event::{self, Act, Event, Place, Replaced, Resource, SyncKind, Units, emit};

/// What events call one primitive.
#[derive(Debug)]
pub(crate) struct Report {
    kind: SyncKind,
    /// What it counts when it is made.
    count: usize,
    made: Place,
    id: OnceLock<Id>,
}

impl Report {
    /// Of a primitive that is made here, and is reported when it is first used.
    #[track_caller]
    pub(crate) const fn new(kind: SyncKind, count: usize) -> Report {
        Report { kind, count, made: Location::caller(), id: OnceLock::new() }
    }

    /// Reports now that it was made. `new` of a primitive calls this, `const_new` can't.
    pub(crate) fn made(&self) {
        if event::on() {
            self.id();
        }
    }

    /// Something was done with it, and now it counts so much.
    #[inline]
    #[track_caller]
    pub(crate) fn act(&self, act: Act, units: Units, count: usize) {
        if event::on() {
            let (kind, sync) = (self.kind, self.id());
            emit(|| Event::SyncAct { kind, sync, act, units, count });
        }
    }

    /// The running task stored its waker in the queue, and drew this ticket when it joined.
    #[inline]
    #[track_caller]
    pub(crate) fn waits(&self, units: Units, ticket: usize, replaced: Replaced) {
        if event::on() {
            let on = self.resource(units, ticket);
            emit(|| Event::Wait { on, replaced });
        }
    }

    /// The waiter with this ticket has left without what it waited for.
    #[inline]
    #[track_caller]
    pub(crate) fn leaves(&self, units: Units, ticket: usize) {
        if event::on() {
            let on = self.resource(units, ticket);
            emit(|| Event::Unwait { on });
        }
    }

    /// The waiter with this ticket was served; 0: the first of the queue.
    #[inline]
    #[track_caller]
    pub(crate) fn served(&self, ticket: usize) {
        if event::on() {
            let on = self.resource(Units::Count(1), ticket);
            emit(|| Event::Served { on });
        }
    }

    /// The running task stored its waker where tasks wait for all receivers to go.
    #[track_caller]
    pub(crate) fn waits_for_the_end(&self, replaced: Replaced) {
        if event::on() {
            let on = Resource::SyncClosed(self.kind, self.id());
            emit(|| Event::Wait { on, replaced });
        }
    }

    /// The running task no longer waits for that.
    #[track_caller]
    pub(crate) fn leaves_the_end(&self) {
        if event::on() {
            let on = Resource::SyncClosed(self.kind, self.id());
            emit(|| Event::Unwait { on });
        }
    }

    fn resource(&self, units: Units, ticket: usize) -> Resource {
        Resource::Sync(self.kind, self.id(), units, ticket)
    }

    /// Its number, which the first report draws.
    pub(crate) fn id(&self) -> Id {
        let mut first = false;
        let sync = *self.id.get_or_init(|| {
            first = true;
            Id::next()
        });
        if first {
            let Report { kind, count, made: at, .. } = *self;
            // Nothing up to here passes its caller's line on: `at` is the program's line, and the
            // event comes from this one.
            emit(|| Event::SyncNew { kind, sync, count, at });
        }
        sync
    }
}
