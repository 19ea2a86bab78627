//! How does a primitive report what happens to it?
//!
//! Each function of [`Reports`] emits one event, and only if this thread records; else it costs one
//! branch. The events call the primitive by its kind and a number ([`Called`]). The channels `mpsc`
//! and `oneshot` have a number from the beginning, and are reported only where they are made in
//! sight: what was sent before would be missing from their counts. All others have a [`Report`],
//! which draws the number when it first reports. So a `const fn` can make one, and a primitive that
//! is never watched never draws a number.
//!
//! Interface: [`Reports`], [`Report`]. `Resource::Sync` in `runtime/events` says which event means
//! what.
//!
//! Invariant: an event comes from the primitive's own line, or from this file. So a function that
//! passes the program's line on (`#[track_caller]`) reports nothing but its making.
//!
//! tokio: the `resource` spans under `tokio_unstable`.

#![expect(
    clippy::inline_always,
    reason = "part of the path of a message, which is compiled into its task"
)]

use std::panic::Location;
use std::sync::OnceLock;

use kettle_runtime::Id;
use kettle_runtime::event::{self, Act, Event, Place, Replaced, Resource, SyncKind, Units, emit};

/// What events call a primitive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called {
    pub(crate) kind: SyncKind,
    pub(crate) sync: Id,
}

impl Reports for Called {
    fn called(&self) -> Called {
        *self
    }
}

/// A primitive that tells what happens to it.
pub(crate) trait Reports {
    /// Asked only where events are recorded.
    fn called(&self) -> Called;

    /// Something was done with it, and now it counts so much.
    #[inline(always)]
    #[track_caller]
    fn act(&self, act: Act, units: Units, count: usize) {
        if event::on() {
            let Called { kind, sync } = self.called();
            emit(|| Event::SyncAct { kind, sync, act, units, count });
        }
    }

    /// A value was to be sent, and the channel has no room, for so many at most; 0: it is closed.
    #[cold]
    #[track_caller]
    fn refuses(&self, room: usize) {
        self.act(Act::Refuse, Units::Count(1), room);
    }

    /// The running task stored its waker in the line, and drew this ticket when it joined.
    #[inline]
    #[track_caller]
    fn waits(&self, units: Units, ticket: usize, replaced: Replaced) {
        if event::on() {
            let on = self.line(units, ticket);
            emit(|| Event::Wait { on, replaced });
        }
    }

    /// The waiter with this ticket has left without what it waited for.
    #[inline]
    #[track_caller]
    fn leaves(&self, units: Units, ticket: usize) {
        if event::on() {
            let on = self.line(units, ticket);
            emit(|| Event::Unwait { on });
        }
    }

    /// The waiter with this ticket was served; 0: the first of the line.
    #[inline]
    #[track_caller]
    fn served(&self, ticket: usize) {
        if event::on() {
            let on = self.line(Units::Count(1), ticket);
            emit(|| Event::Served { on });
        }
    }

    /// The running task, which is the one receiver, stored its waker for a value.
    #[inline]
    #[track_caller]
    fn waits_for_a_value(&self, replaced: Replaced) {
        if event::on() {
            let on = self.value();
            emit(|| Event::Wait { on, replaced });
        }
    }

    /// The receiver was dropped while it waited; or a set, or its tasks were detached.
    #[inline]
    #[track_caller]
    fn leaves_the_value(&self) {
        if event::on() {
            let on = self.value();
            emit(|| Event::Unwait { on });
        }
    }

    /// The receiver is told that no value will come; or that a task of a set has ended.
    #[inline]
    #[track_caller]
    fn ends_the_wait(&self) {
        if event::on() {
            let on = self.value();
            emit(|| Event::Served { on });
        }
    }

    /// The running task stored its waker where tasks wait for the other end to go.
    #[track_caller]
    fn waits_for_the_end(&self, replaced: Replaced) {
        if event::on() {
            let on = self.end();
            emit(|| Event::Wait { on, replaced });
        }
    }

    /// The running task no longer waits for that.
    #[track_caller]
    fn leaves_the_end(&self) {
        if event::on() {
            let on = self.end();
            emit(|| Event::Unwait { on });
        }
    }

    // ----- what can be waited for -----

    fn line(&self, units: Units, ticket: usize) -> Resource {
        let Called { kind, sync } = self.called();
        Resource::Sync(kind, sync, units, ticket)
    }

    fn value(&self) -> Resource {
        let Called { kind, sync } = self.called();
        Resource::SyncValue(kind, sync)
    }

    fn end(&self) -> Resource {
        let Called { kind, sync } = self.called();
        Resource::SyncClosed(kind, sync)
    }
}

/// What events call a primitive that has no number before its first report.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) kind: SyncKind,
    /// What it counts when it is made.
    pub(crate) count: usize,
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
            self.number(Report::tell);
        }
    }

    /// Its number, which the first report draws; `first` is then called with it.
    fn number(&self, first: impl FnOnce(&Report, Id)) -> Id {
        let mut drawn = false;
        let sync = *self.id.get_or_init(|| {
            drawn = true;
            Id::next()
        });
        if drawn {
            first(self, sync);
        }
        sync
    }

    // Nothing up to here passes its caller's line on: `at` is the program's line, and the event
    // comes from this one.
    fn tell(&self, sync: Id) {
        let Report { kind, count, made: at, .. } = *self;
        emit(|| Event::SyncNew { kind, sync, room: None, count, at });
    }
}

impl Reports for Report {
    fn called(&self) -> Called {
        let sync = self.number(|report, sync| event::made_before(|| report.tell(sync)));
        Called { kind: self.kind, sync }
    }
}
