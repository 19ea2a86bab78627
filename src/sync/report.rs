//! How does a primitive report what happens to it?
//!
//! Each function of [`Reports`] emits one event if this thread is recording, and otherwise costs a
//! branch. Threads that aren't recording can use locks, semaphores, `mpsc` and `oneshot` too. Those
//! events go into the record of the runtime in which the primitive was made or first used, even
//! after that runtime has ended; a later runtime's page doesn't show such locks.
//!
//! Events name a primitive by its kind and a number ([`Called`]). An `mpsc` or `oneshot` channel
//! has a number from the beginning, and is reported only if it was made while recording, because
//! earlier messages would be missing from the counts. All other primitives have a [`Report`], which
//! draws a number for the first report. So a `const fn` can make a primitive, and an unwatched one
//! never draws a number.
//!
//! Interface: [`Reports`], [`Report`], [`Hold`]. `Resource::Sync` in `runtime/events` explains the
//! events.
//!
//! Invariant: an event comes from the primitive's own line or from this file. So a
//! `#[track_caller]` function, which passes the program's line on, reports only that the primitive
//! was made.
//!
//! tokio: the `resource` spans under `tokio_unstable`.

#![expect(
    clippy::inline_always,
    reason = "part of the path of a message, which is compiled into its task"
)]

use std::panic::Location;
use std::sync::{Arc, OnceLock};

use kettle_runtime::event::{
    self, Act, Event, KeptId, Open, Place, RemoteEvents, Resource, SyncKind, Units, elsewhere,
    emit, emit_lasting, line,
};
use kettle_runtime::{Call, Id, drives_runtime, job_of};

/// The name of a primitive in events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called {
    pub(crate) kind: SyncKind,
    pub(crate) sync: Id,
}

/// The resources that a task can wait for.
impl Called {
    fn line(self, units: Units, ticket: usize) -> Resource {
        Resource::Sync(self.kind, self.sync, units, ticket)
    }

    fn value(self) -> Resource {
        Resource::SyncValue(self.kind, self.sync)
    }

    fn end(self) -> Resource {
        Resource::SyncClosed(self.kind, self.sync)
    }
}

/// A primitive that reports what happens to it.
pub(crate) trait Reports {
    /// Returns its name. Called only while events are being recorded.
    fn called(&self) -> Called;

    /// Returns where threads that aren't recording report it. They do so under the primitive's
    /// lock, so that the actions of several threads are recorded in order.
    #[inline(always)]
    fn elsewhere(&self) -> Option<&Arc<RemoteEvents>> {
        None
    }

    /// Returns whether anything is being recorded.
    #[inline(always)]
    fn is_recorded(&self) -> bool {
        event::keeps() || self.elsewhere().is_some_and(|elsewhere| elsewhere.keeps())
    }

    #[inline(always)]
    #[track_caller]
    fn emits(&self, event: impl FnOnce(Called) -> Event) {
        if event::on() {
            emit(|| event(self.called()));
        } else if let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.on()) {
            emit_elsewhere(elsewhere, event(self.called()));
        }
    }

    /// The same for events that last: a hold, and its changes and end.
    #[inline(always)]
    #[track_caller]
    fn emits_lasting(&self, event: impl FnOnce(Called) -> Event) {
        if event::keeps() {
            emit_lasting(|| event(self.called()));
        } else if let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.keeps()) {
            emit_elsewhere(elsewhere, event(self.called()));
        }
    }

    /// Reports that something was done with the primitive, whose count is now `count`.
    #[inline(always)]
    #[track_caller]
    fn act(&self, act: Act, units: Units, count: usize) {
        self.act_on(0, act, units, count);
    }

    /// The same for a channel's value with this number, or for several values from this number on.
    #[inline(always)]
    #[track_caller]
    fn act_on(&self, item: u64, act: Act, units: Units, count: usize) {
        self.act_of((item, 0, false), act, units, count);
    }

    /// The same for a hold, which is part of the hold `with` or, if that is 0, of the free units.
    #[inline(always)]
    #[track_caller]
    fn act_of(&self, (item, with, owned): (u64, u64, bool), act: Act, units: Units, count: usize) {
        let event = |Called { kind, sync }| Event::SyncAct {
            kind,
            sync,
            act,
            units,
            count,
            item,
            with,
            owned,
        };
        match act {
            Act::Take | Act::Release | Act::Forget if item > 0 => self.emits_lasting(event),
            _ => self.emits(event),
        }
    }

    /// Reports that a value can't be sent, because the channel, with room for `room`, is full or,
    /// with 0, closed.
    #[cold]
    #[track_caller]
    fn refuses(&self, room: usize) {
        self.act(Act::Refuse, Units::Count(1), room);
    }

    /// Reports that there is no value to receive, and whether the channel is closed, too.
    #[cold]
    #[track_caller]
    fn refuses_receive(&self, closed: bool) {
        self.act(Act::Refuse, Units::Count(0), 1 + usize::from(closed));
    }

    /// Reports that the running task, which drew this ticket when it joined the line, stored its
    /// waker there. Returns the wait's number.
    #[inline]
    #[track_caller]
    fn waits(&self, wait: &mut Open, units: Units, ticket: usize) -> KeptId {
        self.waits_on(wait, |called| called.line(units, ticket))
    }

    /// Reports that the running task, the only receiver, stored its waker for a value.
    #[inline]
    #[track_caller]
    fn waits_for_a_value(&self, wait: &mut Open) -> KeptId {
        self.waits_on(wait, Called::value)
    }

    /// Reports that the running task stored its waker until the other end is gone.
    #[track_caller]
    fn waits_for_the_end(&self, wait: &mut Open) -> KeptId {
        self.waits_on(wait, Called::end)
    }

    #[inline]
    #[track_caller]
    fn waits_on(&self, wait: &mut Open, on: impl FnOnce(Called) -> Resource) -> KeptId {
        if event::keeps() {
            return wait.asked(|| on(self.called()));
        }
        let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.keeps()) else {
            return KeptId::NONE;
        };
        let on = on(self.called());
        let (wait, id) = wait.asked_elsewhere(on, elsewhere);
        emit_elsewhere(elsewhere, Event::Wait { wait, on, own: event::own() });
        id
    }

    /// Reports that these waits were served by the event just before.
    #[inline]
    #[track_caller]
    fn serves<'a>(&self, calls: impl IntoIterator<Item = &'a Call>) {
        for wait in calls.into_iter().filter_map(Call::wait) {
            if self.called().kind.is_lock() {
                self.emits_lasting(|_| Event::Served { wait });
            } else {
                self.emits(|_| Event::Served { wait });
            }
        }
    }
}

#[cold]
#[track_caller]
fn emit_elsewhere(elsewhere: &RemoteEvents, event: Event) {
    if elsewhere.keeps() {
        let job = job_of(elsewhere).filter(|_| !drives_runtime());
        elsewhere.push(event, job, line());
    }
}

/// Units taken from a lock or a semaphore, until they are given back or forgotten. A guard owns it
/// and may pass it to another guard.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) units: usize,
    /// Its number in events, or none if it has no units or nothing was recording when it began.
    pub(crate) id: KeptId,
}

impl Hold {
    /// A hold that isn't recorded.
    #[inline]
    pub(crate) fn unrecorded(units: usize) -> Hold {
        Hold { units, id: KeptId::NONE }
    }

    /// A hold that is recorded.
    pub(crate) fn recorded(units: usize) -> Hold {
        let id = if units > 0 { KeptId::of(Id::next()) } else { KeptId::NONE };
        Hold { units, id }
    }

    /// Returns its number, or 0 for none.
    pub(crate) fn item(&self) -> u64 {
        self.id.get().map_or(0, Id::get)
    }
}

/// The name of a primitive that has no number before its first report.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) kind: SyncKind,
    /// Its count when it is made or, for a broadcast channel, which is then empty, its capacity.
    pub(crate) count: usize,
    made: Place,
    /// In a box, because few programs are recorded.
    id: OnceLock<Box<Number>>,
}

/// Its number, and where threads that aren't recording report it, if they do.
#[derive(Debug)]
struct Number {
    sync: Id,
    elsewhere: Option<Arc<RemoteEvents>>,
}

impl Report {
    /// For a primitive that is made here and reported when it is first used.
    #[track_caller]
    pub(crate) const fn new(kind: SyncKind, count: usize) -> Report {
        Report { kind, count, made: Location::caller(), id: OnceLock::new() }
    }

    /// Reports now that the primitive was made. A primitive's `new` calls this; its `const_new`
    /// can't.
    pub(crate) fn made(&self) {
        if event::on() {
            self.number(Report::emit_new);
        }
    }

    /// Returns its number. The first report draws it and passes it to `first`.
    fn number(&self, first: impl FnOnce(&Report, Id)) -> Id {
        let mut drawn = false;
        let shared = self.kind.is_lock() || self.kind == SyncKind::Semaphore;
        let number = self.id.get_or_init(|| {
            drawn = true;
            Box::new(Number { sync: Id::next(), elsewhere: shared.then(elsewhere).flatten() })
        });
        if drawn {
            first(self, number.sync);
        }
        number.sync
    }

    /// Returns the runtime in which it was made or first used, if other threads report to it.
    #[inline]
    pub(crate) fn first_user(&self) -> Option<&Arc<RemoteEvents>> {
        self.id.get()?.elsewhere.as_ref()
    }

    // No function up to here is `#[track_caller]`, so `at` is the program's line, but the event
    // comes from this one.
    fn emit_new(&self, sync: Id) {
        let Report { kind, count, made: at, .. } = *self;
        let (room, count) =
            if kind == SyncKind::Broadcast { (Some(count), 0) } else { (None, count) };
        emit(|| Event::SyncNew { kind, sync, room, count, at });
    }
}

impl Reports for Report {
    fn called(&self) -> Called {
        let sync = self.number(Report::emit_new);
        Called { kind: self.kind, sync }
    }
}
