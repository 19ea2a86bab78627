//! How does a primitive report what happens to it?
//!
//! Each function of [`Reports`] emits one event, and only if this thread records; otherwise it
//! costs a branch. Locks, semaphores and the channels `mpsc` and `oneshot` are also used by threads
//! that record nothing. What those do goes into the record of the runtime in which the primitive
//! was made or first used, even if that runtime has ended; so a later runtime's page doesn't show
//! what they have locked. The events call the primitive by its kind and a number ([`Called`]).
//! Those channels have a number from the beginning, and are reported only where they are made in
//! sight: what was sent before would be missing from their counts. All others have a [`Report`],
//! which draws the number when it first reports. So a `const fn` can make one, and a primitive that
//! is never watched never draws a number.
//!
//! Interface: [`Reports`], [`Report`], [`Hold`]. `Resource::Sync` in `runtime/events` says which
//! event means what.
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
use std::sync::{Arc, OnceLock};

use kettle_runtime::event::{
    self, Act, Event, KeptId, Open, Place, RemoteEvents, Resource, SyncKind, Units, elsewhere,
    emit, emit_lasting, line,
};
use kettle_runtime::{Call, Id, drives_runtime, job_of};

/// What events call a primitive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Called {
    pub(crate) kind: SyncKind,
    pub(crate) sync: Id,
}

/// What can be waited for.
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

/// A primitive that tells what happens to it.
pub(crate) trait Reports {
    /// Asked only where events are recorded.
    fn called(&self) -> Called;

    /// Where threads that record nothing tell of it. (It emits under its lock: what several threads
    /// do is told in its order.)
    #[inline(always)]
    fn elsewhere(&self) -> Option<&Arc<RemoteEvents>> {
        None
    }

    /// Is anything told?
    #[inline(always)]
    fn is_told(&self) -> bool {
        event::keeps() || self.elsewhere().is_some_and(|elsewhere| elsewhere.keeps())
    }

    #[inline(always)]
    #[track_caller]
    fn emits(&self, event: impl FnOnce(Called) -> Event) {
        if event::on() {
            emit(|| event(self.called()));
        } else if let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.on()) {
            tell_elsewhere(elsewhere, event(self.called()));
        }
    }

    /// The same of what lasts: a hold, or what changes or ends it.
    #[inline(always)]
    #[track_caller]
    fn emits_lasting(&self, event: impl FnOnce(Called) -> Event) {
        if event::keeps() {
            emit_lasting(|| event(self.called()));
        } else if let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.keeps()) {
            tell_elsewhere(elsewhere, event(self.called()));
        }
    }

    /// Something was done with it, and now it counts so much.
    #[inline(always)]
    #[track_caller]
    fn act(&self, act: Act, units: Units, count: usize) {
        self.act_on(0, act, units, count);
    }

    /// The same with the value of a channel that has this number (or is the first of several).
    #[inline(always)]
    #[track_caller]
    fn act_on(&self, item: u64, act: Act, units: Units, count: usize) {
        self.act_of((item, 0, false), act, units, count);
    }

    /// The same with a hold: a part of the hold `with`, or, if that is 0, of what is free.
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

    /// A value was to be sent, and the channel has no room, for so many at most; 0: it is closed.
    #[cold]
    #[track_caller]
    fn refuses(&self, room: usize) {
        self.act(Act::Refuse, Units::Count(1), room);
    }

    /// A value was to be received, and there is none; it may be closed, too.
    #[cold]
    #[track_caller]
    fn gives_nothing(&self, closed: bool) {
        self.act(Act::Refuse, Units::Count(0), 1 + usize::from(closed));
    }

    /// The running task stored its waker in the line, and drew this ticket when it joined: the
    /// number of its wait.
    #[inline]
    #[track_caller]
    fn waits(&self, wait: &mut Open, units: Units, ticket: usize) -> KeptId {
        self.asks(wait, |called| called.line(units, ticket))
    }

    /// The running task, which is the one receiver, stored its waker for a value.
    #[inline]
    #[track_caller]
    fn waits_for_a_value(&self, wait: &mut Open) -> KeptId {
        self.asks(wait, Called::value)
    }

    /// The running task stored its waker where tasks wait for the other end to go.
    #[track_caller]
    fn waits_for_the_end(&self, wait: &mut Open) -> KeptId {
        self.asks(wait, Called::end)
    }

    #[inline]
    #[track_caller]
    fn asks(&self, wait: &mut Open, on: impl FnOnce(Called) -> Resource) -> KeptId {
        if event::keeps() {
            return wait.asked(|| on(self.called()));
        }
        let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.keeps()) else {
            return KeptId::NONE;
        };
        let on = on(self.called());
        let (wait, id) = wait.asked_elsewhere(on, elsewhere);
        tell_elsewhere(elsewhere, Event::Wait { wait, on });
        id
    }

    /// These waits are served, by what was told just before.
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
fn tell_elsewhere(elsewhere: &RemoteEvents, event: Event) {
    if elsewhere.keeps() {
        let job = job_of(elsewhere).filter(|_| !drives_runtime());
        elsewhere.push(event, job, line());
    }
}

/// Units of a lock or a semaphore that were taken, until they are given back or forgotten. Its
/// guard has it, and may give it to another guard.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) units: usize,
    /// What events call it. None: nothing recorded when it began, or it is of nothing.
    pub(crate) id: KeptId,
}

impl Hold {
    /// One that nothing tells of.
    #[inline]
    pub(crate) fn untold(units: usize) -> Hold {
        Hold { units, id: KeptId::NONE }
    }

    /// One that events tell of.
    pub(crate) fn told(units: usize) -> Hold {
        let id = if units > 0 { KeptId::of(Id::next()) } else { KeptId::NONE };
        Hold { units, id }
    }

    /// Its number; 0: none.
    pub(crate) fn item(&self) -> u64 {
        self.id.get().map_or(0, Id::get)
    }
}

/// What events call a primitive that has no number before its first report.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) kind: SyncKind,
    /// What it counts when it is made; of a broadcast, which is empty then, how many values it can
    /// hold.
    pub(crate) count: usize,
    made: Place,
    /// In a box: few programs are recorded.
    id: OnceLock<Box<Number>>,
}

/// Its number, and where threads that record nothing tell of it, if they do.
#[derive(Debug)]
struct Number {
    sync: Id,
    elsewhere: Option<Arc<RemoteEvents>>,
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
        let told = self.kind.is_lock() || self.kind == SyncKind::Semaphore;
        let number = self.id.get_or_init(|| {
            drawn = true;
            Box::new(Number { sync: Id::next(), elsewhere: told.then(elsewhere).flatten() })
        });
        if drawn {
            first(self, number.sync);
        }
        number.sync
    }

    /// The runtime in which it was made or first used, if it tells that what other threads do.
    #[inline]
    pub(crate) fn first_user(&self) -> Option<&Arc<RemoteEvents>> {
        self.id.get()?.elsewhere.as_ref()
    }

    // Nothing up to here passes its caller's line on: `at` is the program's line, and the event
    // comes from this one.
    fn tell(&self, sync: Id) {
        let Report { kind, count, made: at, .. } = *self;
        let (room, count) =
            if kind == SyncKind::Broadcast { (Some(count), 0) } else { (None, count) };
        emit(|| Event::SyncNew { kind, sync, room, count, at });
    }
}

impl Reports for Report {
    fn called(&self) -> Called {
        let sync = self.number(Report::tell);
        Called { kind: self.kind, sync }
    }
}
