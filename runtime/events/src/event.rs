//! What can happen in a runtime, and which things is each event about?

use std::time::Duration;

#[cfg(feature = "serde")]
use crate::fields;
use crate::id::Id;
use crate::kinds::{
    Act, Cause, Deferral, Direction, Effect, Kind, MessageKind, Outcome, Place, Point, Resource,
    ScopeKind, SyncKind, Thing, Tried, Units,
};

/// One change of state in the runtime. The families are in the order of a task's life.
///
/// Everywhere, `task` is the task in question, `tasks` counts the live ones except `block_on`'s own
/// future, `timers` those in the wheel, `sources` those in the selector; `at` is a line of the
/// program; `due` is a time since the runtime's start; `level` and `slot` are the timer wheel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(tag = "ev"))]
#[non_exhaustive]
#[allow(missing_docs)] // of the fields: each variant explains its own
pub enum Event {
    /// A thread begins to drive the runtime, whose clock is paused or not.
    RunStart { paused: bool },
    /// The loop has ended and leaves these behind.
    RunEnd { tasks: usize, timers: usize, sources: usize },
    /// A turn of the loop begins, with `queued` tasks in the run queue.
    Turn { queued: usize, tasks: usize, timers: usize, sources: usize },
    /// Of several right answers the schedule chose one other than the first, 0.
    Choice { point: Point, among: usize, chosen: usize },

    /// The `spawn` at this line made a task from a future of `size` bytes and of the type `what`,
    /// in the local `set` if in one. The [`Event::Wake`] that follows queues it.
    Spawn {
        task: Id,
        kind: Kind,
        #[cfg_attr(feature = "serde", serde(skip))]
        at: Place,
        size: usize,
        #[cfg_attr(feature = "serde", serde(serialize_with = "fields::future"))]
        what: &'static str,
        set: Option<Id>,
    },
    /// The executor begins to poll a task.
    PollStart { task: Id },
    /// The poll returned.
    PollEnd { task: Id, outcome: Outcome },
    /// The thread goes to sleep with `count` clones left of the waker of a task whose last poll has
    /// not asked for anything of kettle's since its last wait ended. Not recorded for a local set's
    /// tasks.
    Clones { task: Id, count: usize },
    /// A wake reached its task: the waker that was stored for this `wait` was called, or one kept
    /// by code other than kettle's.
    Wake { task: Id, by: Cause, effect: Effect, wait: Option<Id> },
    /// A future stored a waker and returns `Pending`. It is the same `wait` from a future's first
    /// `Pending` until [`Event::Done`]. `own`: the waker is the running task's, or wakes the task
    /// through a `JoinSet` of its own. If it isn't, only other code knows whom it wakes.
    Wait {
        wait: Id,
        on: Resource,
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "bool::clone"))]
        own: bool,
    },
    /// The latest event of the thing waited for has served this wait: the waiter was given what it
    /// was waiting for, or learns that nothing will come. Its waker is called next.
    Served { wait: Id },
    /// A wait has ended: its future has `got` what it was waiting for, or is gone.
    Done { wait: Id, on: Resource, got: bool },
    /// A waker was deferred until a turn's polls are over.
    Defer { why: Deferral },

    /// A timer went into the wheel.
    TimerAdd { timer: Id, due: Duration, level: u8, slot: u8 },
    /// Its deadline is an instant that the program gave, or was set in an earlier poll, so nothing
    /// that the task did just before this wait has moved it.
    TimerAt { timer: Id, due: Duration },
    /// A timer in the wheel was moved to another deadline.
    TimerMove { timer: Id, due: Duration, level: u8, slot: u8 },
    /// The hand went to a tick in a slot of a higher level; `moved` timers went to lower ones.
    TimerCascade { level: u8, slot: u8, hand: u64, moved: usize },
    /// A due timer left the wheel, `late` after its tick.
    TimerFire { timer: Id, late: Duration },
    /// A timer left the wheel before it fired.
    TimerCancel { timer: Id },

    /// A source of the type `what` was made. `ready` says by direction whether it is tried at once
    /// before the first report. Its `ends` are ports, a child or a signal. `with` is the listener
    /// that has accepted it, or the other end of a pair or pipe, if that was made before.
    SourceNew {
        source: Id,
        what: &'static str,
        ready: [bool; 4],
        ends: [u32; 2],
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        with: Option<Id>,
    },
    /// An I/O source of the type `what` was registered with the operating system's selector.
    SourceAdd { source: Id, what: &'static str },
    /// A non-blocking operation on a source, which moved this many `bytes`, if it moves any.
    SourceTry { source: Id, direction: Direction, result: Tried, bytes: Option<usize> },
    /// The selector reported a source. `ready` says by direction whether an attempt may succeed, or
    /// find the end or an error. `closed`: the other side sends no more, this side can't, or there
    /// is an error.
    SourceReady { source: Id, ready: [bool; 4], closed: bool },
    /// A source's readiness was used up.
    SourceClear { source: Id, direction: Direction },
    /// A source left the selector, or is gone without having joined it.
    SourceDrop { source: Id },
    /// A child process has ended, with this status `code` or by this `signal`.
    ChildEnd { child: u32, code: Option<u32>, signal: Option<u32> },

    /// Nothing is left to do, so the thread goes to sleep in the selector, at most for `timeout`.
    Park { timeout: Option<Duration> },
    /// The thread is awake, with `events` reports from sources. Did another thread unpark it?
    Unpark { events: usize, unparked: bool },
    /// The paused clock was moved. `auto`: by the runtime, because nothing else was left to do.
    Advance { by: Duration, auto: bool },
    /// A message from another thread was received.
    Message { kind: MessageKind },
    /// A job was handed to the blocking pool.
    BlockingStart { task: Id },
    /// A `thread` of the pool, counted from 1, took the job, which had `waited` this long.
    BlockingRun { task: Id, waited: Duration, thread: u32 },
    /// A blocking job ended after it `ran` for this long. `None`: it was cancelled first.
    BlockingEnd { task: Id, ran: Option<Duration> },

    /// A primitive of `sync` was made or, if it was made `const`, is first used by a task. `room`
    /// is how many values a bounded channel holds at most; for `count` see [`Event::SyncAct`].
    ///
    /// A task that joins a primitive's line, or stays in it, emits [`Event::Wait`]. It leaves the
    /// line by [`Event::Served`] or, if its future is dropped, by [`Event::Done`]. Everything else
    /// is an [`Event::SyncAct`]. A waiter that was served has its units before it takes them; if
    /// its future is dropped in between, it emits `Done` all the same.
    SyncNew {
        kind: SyncKind,
        sync: Id,
        room: Option<usize>,
        count: usize,
        #[cfg_attr(feature = "serde", serde(skip))]
        at: Place,
    },
    /// Something was done with a primitive, which has this `count` afterwards
    /// ([`ThingNow`](crate::ThingNow)). `units` is how many permits, readers or values that
    /// concerns. Units that a task has taken are a *hold*. It begins with the act `Take`, and ends
    /// when the last of its units is released or forgotten. `owned`: its guard owns the primitive.
    ///
    /// `item` and `with` are numbers, or 0. For an act on a channel, `item` is the number of the
    /// value (the first of several), counted from 1. Otherwise it is the hold's. `with` is another
    /// hold that gives units to this one, or gets them from it, without their being free in
    /// between; or it is the same hold, if that goes on with less.
    SyncAct {
        kind: SyncKind,
        sync: Id,
        act: Act,
        units: Units,
        count: usize,
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "fields::is_zero"))]
        item: u64,
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "fields::is_zero"))]
        with: u64,
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "std::ops::Not::not"))]
        owned: bool,
    },

    /// A combinator was first polled, or is polled by another task or in another branch than
    /// before. The numbers after its own are those of its branches.
    Scope { scope: Id, what: ScopeKind, branches: u32 },
    /// A combinator is over: a branch has `won` or failed, all are over, or it was dropped.
    ScopeEnd { scope: Id, what: ScopeKind, won: Option<u32> },

    /// A task was aborted, and its future will be dropped when its turn comes. If it was aborted on
    /// another thread, or before it reached its scheduler, perhaps only its `PollEnd` says so.
    Cancel { task: Id },
    /// A handle has reported the end of its task.
    Join { task: Id, outcome: Outcome },
    /// A `JoinHandle` was dropped before it gave the task's output.
    Detach { task: Id },
    /// A future of kettle's was dropped unpolled; if `kept`, in a later poll. Only in debug builds.
    Unpolled {
        #[cfg_attr(feature = "serde", serde(skip))]
        at: Place,
        kept: bool,
    },
    /// A tick came `late`, when `overdue` more were due. Are they `made_up` now?
    LateTick { late: Duration, overdue: u64, made_up: bool },

    /// A line of the program's own ([`note`](crate::note)).
    Note { text: &'static str },
    /// Records were lost because the buffer was full.
    Lost { records: u64 },
}

impl Event {
    /// The task or job to which something happens, which need not be the one being polled. Nothing
    /// happens to a task when another begins to [wait](Event::Wait) for its end.
    pub fn about(&self) -> Option<Id> {
        match self.subject() {
            Some(Thing::Task(task)) if !matches!(self, Event::Wait { .. }) => Some(task),
            _ => None,
        }
    }

    /// What was done with a primitive of which kind, if this is an act.
    pub fn act(&self) -> Option<(SyncKind, Act)> {
        match *self {
            Event::SyncAct { kind, act, .. } => Some((kind, act)),
            _ => None,
        }
    }

    /// The line of the program where its subject was made.
    pub fn made(&self) -> Option<Place> {
        match *self {
            Event::Spawn { at, .. } | Event::SyncNew { at, .. } | Event::Unpolled { at, .. } => {
                Some(at)
            }
            _ => None,
        }
    }

    /// The things that the event names, at most two, in the order in which its sentence has them.
    pub fn things(&self) -> impl Iterator<Item = Thing> + use<> {
        let mut waker = None;
        if let Event::Wake { task, by: Cause::Task(by), effect, .. } = *self {
            // The sentence about a task that wakes itself during its poll names it only once.
            waker = (effect != Effect::DuringPoll || by != task).then_some(by);
        }
        waker.map(Thing::Task).into_iter().chain(self.subject())
    }

    /// The thing that ends with the event. No event reports the end of a primitive.
    pub fn ends(&self) -> Option<Thing> {
        let is_end = match self {
            Event::PollEnd { outcome, .. } => *outcome != Outcome::Pending,
            Event::TimerFire { .. } | Event::TimerCancel { .. } => true,
            _ => matches!(self, Event::BlockingEnd { .. } | Event::SourceDrop { .. }),
        };
        self.subject().filter(|_| is_end)
    }

    fn subject(&self) -> Option<Thing> {
        match *self {
            Event::Spawn { task, .. }
            | Event::PollStart { task }
            | Event::PollEnd { task, .. }
            | Event::Clones { task, .. }
            | Event::Wake { task, .. }
            | Event::Cancel { task }
            | Event::BlockingStart { task }
            | Event::BlockingRun { task, .. }
            | Event::BlockingEnd { task, .. }
            | Event::Join { task, .. }
            | Event::Detach { task } => Some(Thing::Task(task)),
            Event::TimerAdd { timer, .. }
            | Event::TimerAt { timer, .. }
            | Event::TimerMove { timer, .. }
            | Event::TimerFire { timer, .. }
            | Event::TimerCancel { timer } => Some(Thing::Timer(timer)),
            Event::SourceNew { source, .. }
            | Event::SourceAdd { source, .. }
            | Event::SourceTry { source, .. }
            | Event::SourceReady { source, .. }
            | Event::SourceClear { source, .. }
            | Event::SourceDrop { source } => Some(Thing::Source(source)),
            Event::SyncNew { kind, sync, .. } | Event::SyncAct { kind, sync, .. } => {
                Some(Thing::Sync(kind, sync))
            }
            Event::Wait { on, .. } => Some(on.thing()),
            _ => None,
        }
    }
}
