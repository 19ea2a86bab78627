//! How does a primitive report what happens to it?
//!
//! Each function of [`Reports`] emits one event if this thread is recording, and otherwise costs a
//! branch. Threads that aren't recording can use locks, semaphores, `mpsc` and `oneshot` too. Those
//! events go into the record of the runtime in which the primitive was made or first used, even
//! after that runtime has ended; a later runtime's page doesn't show such locks.
//!
//! Events name a primitive by its kind and a number ([`Called`]). An `mpsc` or `oneshot` channel
//! has a number from the beginning. All other primitives have a [`Report`], which draws a number
//! for the first report. So a `const fn` can make a primitive, and an unwatched one never draws a
//! number. With what a watched runtime has [`Known`] of it, a primitive's waits and its [`Hold`]s
//! are kept as long as they last.
//!
//! Interface: [`Reports`], [`Report`], [`Hold`]. `Event::SyncNew` in `runtime/events` explains the
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
    self, Act, Event, Key, Place, Primitive, RemoteEvents, Resource, Shows, StoredId, SyncKind,
    Units, Wait, emit, emit_counted, line,
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

    /// Returns what a watched runtime knows of it. The first use on such a runtime's thread makes
    /// that.
    fn known(&self) -> Option<&Known>;

    /// The same; where nothing is watched, it costs a load.
    #[inline(always)]
    fn watched(&self) -> Option<&Known> {
        if event::has_any_sink() { self.known() } else { None }
    }

    #[inline(always)]
    fn primitive(&self) -> Option<&Arc<Primitive>> {
        Some(&self.watched()?.primitive)
    }

    /// Returns where threads that aren't recording report it. They do so under the primitive's
    /// lock, so that the actions of several threads are recorded in order.
    #[inline(always)]
    fn elsewhere(&self) -> Option<&Arc<RemoteEvents>> {
        self.watched()?.elsewhere.as_ref()
    }

    /// Returns the same with the job that runs on this thread, if it is one of that runtime.
    fn elsewhere_by(&self) -> Option<(&Arc<RemoteEvents>, Option<Id>)> {
        self.elsewhere().map(|remote| (remote, job_here(remote)))
    }

    /// Returns whether anything is being recorded or kept.
    #[inline(always)]
    fn is_recorded(&self) -> bool {
        event::is_watched() || self.elsewhere().is_some_and(|elsewhere| elsewhere.is_watched())
    }

    #[inline(always)]
    #[track_caller]
    fn emits(&self, shows: Shows, event: impl Fn(Called) -> Event) {
        let is_here = emit_counted(shows, || event(self.called()));
        if !is_here
            && let Some(elsewhere) = self.elsewhere().filter(|elsewhere| elsewhere.is_recorded())
        {
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
        let Some(known) = self.watched() else { return };
        known.primitive.note_act(act, units, count);
        // (What else is done doesn't show whether a poll comes to something.)
        let shows = match act {
            Act::Get if matches!(self.called().kind, SyncKind::Watch) => Shows::InVain,
            Act::Put | Act::Get => Shows::Progress,
            Act::Refuse => Shows::InVain,
            _ => Shows::Nothing,
        };
        self.emits(shows, |called| {
            let Called { kind, sync } = called;
            Event::SyncAct { kind, sync, act, units, count, item, with, owned }
        });
    }

    /// Reports, under the lock, that `units` were taken, out of the hold `from` if there is one,
    /// and that `count` are left.
    #[cold]
    #[track_caller]
    fn takes(&self, units: Units, count: usize, owned: bool, from: Key) -> Key {
        let Some(primitive) = self.primitive() else { return Key::NONE };
        let take = || primitive.begin_hold(units, owned, || self.elsewhere_by());
        let (key, item) = if units == Units::Count(0) { (Key::NONE, 0) } else { take() };
        let with = from.shrink(units).unwrap_or_default();
        self.act_of((item, with, owned), Act::Take, units, count);
        key
    }

    /// Reports, under the lock, that `units` of a hold were given back or forgotten, or went into
    /// the hold `into`, and that `count` are left.
    #[cold]
    #[track_caller]
    fn gives_up(&self, act: Act, (hold, into): (Key, Key), units: Units, count: usize) {
        let with = into.grow(units).unwrap_or_default();
        let item = hold.shrink(units).unwrap_or_default();
        self.act_of((item, with, false), act, units, count);
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
    fn waits(&self, wait: &mut Wait, units: Units, ticket: usize) -> StoredId {
        self.waits_on(wait, |called| called.line(units, ticket))
    }

    /// Reports that the running task, the only receiver, stored its waker for a value.
    #[inline]
    #[track_caller]
    fn waits_for_a_value(&self, wait: &mut Wait) -> StoredId {
        self.waits_on(wait, Called::value)
    }

    /// Reports that the running task stored its waker until the other end is gone.
    #[track_caller]
    fn waits_for_the_end(&self, wait: &mut Wait) -> StoredId {
        self.waits_on(wait, Called::end)
    }

    #[inline]
    #[track_caller]
    fn waits_on(&self, wait: &mut Wait, on: impl FnOnce(Called) -> Resource) -> StoredId {
        let Some(primitive) = self.primitive() else { return StoredId::NONE };
        wait.pending_for(primitive, on(self.called()), || self.elsewhere_by())
    }

    /// Reports that these waits were served by the event just before.
    #[inline]
    #[track_caller]
    fn serves<'a>(&self, calls: impl IntoIterator<Item = &'a Call>) {
        for call in calls {
            if let Some(wait) = call.wait()
                && let Some(primitive) = self.primitive()
            {
                primitive.note_served(wait);
                self.emits(Shows::Nothing, |_| Event::Served { wait });
            }
        }
    }
}

#[cold]
#[track_caller]
fn emit_elsewhere(elsewhere: &Arc<RemoteEvents>, event: Event) {
    elsewhere.push(event, job_here(elsewhere), line());
}

/// Returns the job of this runtime that runs on this thread.
fn job_here(runtime: &Arc<RemoteEvents>) -> Option<Id> {
    job_of(runtime).filter(|_| !drives_runtime())
}

/// Units taken from a lock or a semaphore, until they are given back or forgotten. A guard owns it
/// and may pass it to another guard.
#[derive(Debug)]
pub(crate) struct Hold {
    pub(crate) units: usize,
    /// Its entry, if something is recorded or looks and it has units.
    pub(crate) key: Key,
}

impl Hold {
    /// A hold that isn't kept.
    #[inline]
    pub(crate) fn unrecorded(units: usize) -> Hold {
        Hold { units, key: Key::NONE }
    }
}

/// What a watched runtime knows of a primitive that has no number before its first report.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) kind: SyncKind,
    /// Its count when it is made or, for a broadcast channel, which is then empty, its capacity.
    pub(crate) count: usize,
    made: Place,
    known: OnceLock<Box<Known>>,
}

/// What a watched runtime knows of a primitive. In a box, because few programs are watched.
#[derive(Debug)]
pub(crate) struct Known {
    primitive: Arc<Primitive>,
    /// Where threads that aren't recording report it, if they do.
    elsewhere: Option<Arc<RemoteEvents>>,
}

impl Known {
    /// Makes it here, where the primitive was `made` or is first used. `count` is what it has now.
    #[cold]
    pub(crate) fn new(
        (kind, id): (SyncKind, Id),
        made: Option<Place>,
        count: Option<usize>,
        room: Option<usize>,
    ) -> Known {
        let is_shared = kind.is_lock() || kind.is_channel() || kind == SyncKind::Semaphore;
        let elsewhere = event::elsewhere().filter(|_| is_shared);
        Known { primitive: Primitive::first_seen((kind, id), made, count, room), elsewhere }
    }
}

impl Report {
    /// For a primitive that is made here and reported when it is first used.
    #[track_caller]
    pub(crate) const fn new(kind: SyncKind, count: usize) -> Report {
        Report { kind, count, made: Location::caller(), known: OnceLock::new() }
    }

    /// Reports now that the primitive was made. A primitive's `new` calls this; its `const_new`
    /// can't.
    pub(crate) fn made(&self) {
        if event::is_watched() {
            self.drawn();
        }
    }

    /// The first report draws its number.
    #[cold]
    fn drawn(&self) -> &Known {
        let mut is_new = false;
        let known = self.known.get_or_init(|| {
            is_new = true;
            let (room, count) = self.numbers();
            Box::new(Known::new((self.kind, Id::next()), Some(self.made), Some(count), room))
        });
        if is_new {
            self.emit_new(known.primitive.id);
        }
        known
    }

    /// Returns how many values it has room for, if it is for values, and its first count.
    fn numbers(&self) -> (Option<usize>, usize) {
        let is_room = self.kind == SyncKind::Broadcast;
        if is_room { (Some(self.count), 0) } else { (None, self.count) }
    }

    // No function up to here is `#[track_caller]`, so `at` is the program's line, but the event
    // comes from this one.
    fn emit_new(&self, sync: Id) {
        let (kind, at, (room, count)) = (self.kind, self.made, self.numbers());
        emit(|| Event::SyncNew { kind, sync, room, count, at });
    }
}

impl Reports for Report {
    fn called(&self) -> Called {
        Called { kind: self.kind, sync: self.drawn().primitive.id }
    }

    #[inline]
    fn known(&self) -> Option<&Known> {
        match self.known.get() {
            Some(known) => Some(known),
            None if event::is_watched() => Some(self.drawn()),
            None => None,
        }
    }
}

/// Returns what a watched runtime knows of a channel: the first use on its thread makes that.
#[inline]
pub(crate) fn known(cell: &OnceLock<Box<Known>>, new: impl FnOnce() -> Known) -> Option<&Known> {
    match cell.get() {
        Some(known) => Some(known),
        None if event::is_watched() => Some(cell.get_or_init(|| Box::new(new()))),
        None => None,
    }
}
