//! Which earlier event caused an event?
//!
//! If a task prints a value that it has received, the `send` is the cause. An event in a poll has
//! two kinds of possible causes:
//! - the event for which the task is polled: its spawn, the end of a wait, its own yield, or a call
//!   of its waker;
//! - the *inputs* that the poll got before the event: a value, a free lock, room in a channel, the
//!   end of a task. Each was made possible by an earlier event, such as the `send` of the value.
//!
//! The cause is the latest of these that concerns the event's branch of a `select!` or `join!`: it
//! belongs to that branch, to one around or within it, or to one that has ended.
//!
//! If other polls held the thread between a cause and the poll that it led to, or between a timer's
//! deadline and its firing, the poll that ended last is a pointer of its own.
//!
//! Interface: [`Origins::of`], called once for each record, in order.
//! Invariants: a cause is earlier than its effect. What has ended is forgotten, at the latest after
//! twice [`FORGET_EVERY`] records.
//! Elsewhere: which act served a wait, and which record put a value (`fold/`).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{
    Act, Cause, Effect, Event, Id, Outcome, Record, Resource, ScopeNow, SyncKind, Units,
};

use super::graph::scopes_around;
use crate::words::quick::Quick;

/// After every so many records, what had ended before them is forgotten.
const FORGET_EVERY: u64 = 1 << 16;
/// A thread that is held for less than a tick of the timer wheel makes nothing late.
const TICK: Duration = Duration::from_millis(1);

/// Where a record comes from: the numbers of two earlier ones.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin {
    /// The record that caused it. In a poll, `None` stands for the cause of the poll itself.
    pub(crate) cause: Option<u64>,
    /// The end of the poll that has held the thread for a tick or more since then.
    pub(crate) delay: Option<u64>,
}

/// The possible causes in the records so far.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// The polls in progress by task, and the running jobs.
    polls: HashMap<Id, Poll, Quick>,
    tasks: HashMap<Id, Task, Quick>,
    waits: HashMap<Id, Wait, Quick>,
    /// Every `select!`, `join!` or the like.
    scopes: BTreeMap<Id, ScopeNow>,
    /// For those that have ended, the record of the end.
    scope_ends: HashMap<Id, u64, Quick>,
    primitives: HashMap<Id, Primitive, Quick>,
    /// The timers whose deadline is counted from the first wait for them, with that record.
    timers: HashMap<Id, Option<u64>, Quick>,
    /// The records so far, and the last end of a poll among them.
    records: Vec<Moment>,
    last_poll_end: Option<Moment>,
}

/// The number of a record, and its time by the runtime's clock.
#[derive(Clone, Copy, Debug)]
struct Moment {
    seq: u64,
    time: Duration,
}

/// A poll, or the run of a job.
#[derive(Debug)]
struct Poll {
    /// The record for which the task is polled.
    cause: Option<u64>,
    /// For each branch with an input, the latest record that caused one. It begins with `cause`, as
    /// an input of the branch that this concerns.
    input_causes: BTreeMap<Option<Id>, u64>,
    /// The end of the poll before it.
    last_poll_end: Option<Moment>,
}

/// A task or job, with the numbers of records about it.
#[derive(Debug, Default)]
struct Task {
    /// Its spawn, until its first poll.
    spawned: Option<u64>,
    /// The wake that queued it, and the wait that this wake ended.
    woken: Option<u64>,
    woken_for: Option<Id>,
    /// Where it yielded last.
    yielded: Option<u64>,
    ended: Option<u64>,
}

/// An open wait: the record that served it, and the branch in which it was polled last.
#[derive(Debug, Default)]
struct Wait {
    served: Option<u64>,
    branch: Option<Id>,
}

/// A primitive of `sync`.
#[derive(Debug, Default)]
struct Primitive {
    /// How many values fit into it; 0: no limit, or it has no values.
    room: u64,
    /// The largest number of units that was ever free.
    most_free: usize,
    /// By a number of units: the record since which at least so many are free.
    free: BTreeMap<usize, u64>,
    /// The record that got a value, by the value's number.
    gets: BTreeMap<u64, u64>,
    /// The record at which the last sender was dropped.
    closed: Option<u64>,
    /// The last record that concerned it.
    last_record: u64,
}

impl Primitive {
    /// So many units are free as of record `now`.
    fn set_free(&mut self, units: usize, now: u64) {
        self.most_free = self.most_free.max(units);
        drop(self.free.split_off(&units.saturating_add(1)));
        self.free.entry(units).or_insert(now);
    }

    /// The record since which so many units are free.
    fn free_since(&self, units: Units) -> Option<u64> {
        let wanted = match units {
            Units::Count(some) => some as usize,
            Units::All => self.most_free,
        };
        self.free.range(wanted..).next().map(|(_, since)| *since)
    }

    /// The record that made room for the value with this number, by getting the value that was in
    /// its place.
    fn room_since(&mut self, value: u64) -> Option<u64> {
        let replaced = value.checked_sub(self.room).filter(|_| self.room > 0)?;
        let (&got, &by) = self.gets.range(..=replaced).next_back()?;
        self.gets = self.gets.split_off(&got); // earlier ones aren't needed any more
        Some(by)
    }
}

impl Poll {
    fn new(cause: Option<u64>, branch: Option<Id>, last_poll_end: Option<Moment>) -> Poll {
        let input_causes = cause.map(|cause| (branch, cause)).into_iter().collect();
        Poll { cause, input_causes, last_poll_end }
    }
}

impl Origins {
    /// Takes the next record. `completes` is the earlier record that this one completes, according
    /// to the fold.
    pub(crate) fn of(&mut self, record: &Record, completes: Option<u64>) -> Origin {
        if record.seq.is_multiple_of(FORGET_EVERY) {
            self.forget(record.seq - FORGET_EVERY);
        }
        self.note_begin(record);
        let input_cause = self.input_cause(record, completes).filter(|cause| *cause < record.seq);
        let task = match record.event {
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => Some(task),
            _ => record.task.or(record.job),
        };
        if let Some((cause, poll)) = input_cause.zip(task.and_then(|id| self.polls.get_mut(&id))) {
            let latest = poll.input_causes.entry(record.scope).or_default();
            *latest = cause.max(*latest);
        }
        let poll = task.and_then(|id| self.polls.get(&id));
        let cause = match record.event {
            Event::TimerFire { timer, .. } => self.timers.get(&timer).copied().flatten(),
            Event::PollStart { task } | Event::BlockingRun { task, .. } => self.polls[&task].cause,
            _ => poll.and_then(|poll| self.latest_input_cause(poll, record.scope)),
        };
        let delay = self.delay(record, poll, cause);
        let now = Moment { seq: record.seq, time: record.time };
        self.records.push(now);
        self.note_end(record.event, now);
        Origin { cause, delay }
    }

    /// The end of the poll that held the thread between a cause and its effect.
    fn delay(&self, record: &Record, poll: Option<&Poll>, cause: Option<u64>) -> Option<u64> {
        let (since, poll_end) = match record.event {
            Event::TimerFire { late, .. } => (record.time.checked_sub(late)?, self.last_poll_end?),
            _ => (self.time_of(cause?)?, poll?.last_poll_end?),
        };
        (poll_end.time >= since + TICK).then_some(poll_end.seq)
    }

    fn time_of(&self, seq: u64) -> Option<Duration> {
        let index = self.records.binary_search_by_key(&seq, |record| record.seq).ok()?;
        Some(self.records[index].time)
    }

    /// The cause of the latest input that concerns this branch, unless it is that of the poll.
    fn latest_input_cause(&self, poll: &Poll, here: Option<Id>) -> Option<u64> {
        let concerns_here = |branch: Option<Id>| {
            // What a branch got counts for the innermost branch around it that is still open.
            let is_open = |scope: &ScopeNow| !self.scope_ends.contains_key(&scope.id);
            let open = self.path(branch).find(|(_, scope)| is_open(scope)).map(|(open, _)| open);
            self.is_in(open, here) || self.is_in(here, open)
        };
        let causes = poll.input_causes.iter().filter(|(branch, _)| concerns_here(**branch));
        let latest = causes.map(|(_, cause)| *cause).max();
        latest.filter(|_| latest != poll.cause)
    }

    /// This branch and those around it, each with its scope.
    fn path(&self, branch: Option<Id>) -> impl Iterator<Item = (Id, &ScopeNow)> {
        scopes_around(branch, |id| self.scopes.range(..=id).next_back().map(|(_, scope)| scope))
    }

    /// Is a branch within the other one, or the same? (`None`, the task itself, has all branches.)
    fn is_in(&self, branch: Option<Id>, other: Option<Id>) -> bool {
        other.is_none() || self.path(branch).any(|(around, _)| Some(around) == other)
    }

    /// If the record is an input of a poll, returns the record that caused the input.
    fn input_cause(&mut self, record: &Record, completes: Option<u64>) -> Option<u64> {
        match record.event {
            Event::Done { wait, got, .. } => self.waits.remove(&wait)?.served.filter(|_| got),
            Event::Join { task, .. } => self.tasks.get(&task)?.ended,
            Event::SyncAct { .. } => self.act(record, completes),
            _ => None,
        }
    }

    /// Notes what may cause a later record: what has begun, was woken or was served.
    fn note_begin(&mut self, record: &Record) {
        let now = record.seq;
        match record.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => {
                self.tasks.entry(task).or_default().spawned = Some(now);
            }
            Event::BlockingRun { task, .. } => {
                let cause = self.tasks.entry(task).or_default().spawned.take();
                self.polls.insert(task, Poll::new(cause, None, None));
            }
            Event::Wake { task, by, effect: Effect::Queued(_) | Effect::DuringPoll, wait } => {
                let task = self.tasks.entry(task).or_default();
                let yielded = task.yielded.filter(|_| by == Cause::Deferred);
                (task.woken, task.woken_for) = (yielded.or(Some(now)), wait);
            }
            Event::Defer { .. } => {
                if let Some(task) = record.task {
                    self.tasks.entry(task).or_default().yielded = Some(now);
                }
            }
            Event::PollStart { task } => self.begin_poll(task),
            Event::TimerAdd { timer, .. } => _ = self.timers.insert(timer, None),
            Event::TimerAt { timer, .. } | Event::TimerMove { timer, .. } => {
                self.timers.remove(&timer);
            }
            Event::Wait { wait, on, .. } => self.note_wait(record, wait, on),
            // (A wait that was given up may have left its waker, and isn't known any more.)
            Event::Served { wait } => {
                self.waits.entry(wait).and_modify(|wait| wait.served = Some(now));
            }
            Event::Scope { scope: id, what, branches } => {
                let (around, by) = (record.scope, record.task);
                self.scopes.insert(id, ScopeNow { id, what, branches, around, by });
                self.scope_ends.remove(&id);
            }
            Event::SyncNew { sync, room, count, .. } => {
                let room = room.map_or(0, |room| room as u64);
                let primitive = self.primitives.entry(sync).or_default();
                (primitive.room, primitive.last_record) = (room, now);
                primitive.set_free(count, now);
            }
            _ => {}
        }
    }

    fn note_wait(&mut self, record: &Record, wait: Id, on: Resource) {
        let is_new = !self.waits.contains_key(&wait);
        self.waits.entry(wait).or_default().branch = record.scope;
        if let Resource::Timer(timer) = on
            && let Some(since) = self.timers.get_mut(&timer).filter(|_| is_new)
        {
            *since = Some(record.seq);
        }
    }

    /// Begins a poll, and finds the record for which the task is polled.
    fn begin_poll(&mut self, id: Id) {
        let task = self.tasks.entry(id).or_default();
        let (spawned, woken) = (task.spawned.take(), task.woken.take());
        let wait = task.woken_for.take().and_then(|wait| self.waits.get(&wait));
        let served = wait.filter(|wait| spawned.is_none() && wait.served.is_some());
        let (cause, branch) = match served {
            Some(wait) => (wait.served, wait.branch),
            None => (spawned.or(woken), None),
        };
        self.polls.insert(id, Poll::new(cause, branch, self.last_poll_end));
    }

    /// Takes an act on a primitive. Returns the record that caused its input.
    fn act(&mut self, record: &Record, completes: Option<u64>) -> Option<u64> {
        let Event::SyncAct { kind, sync, act, units, count, item, .. } = record.event else {
            return None;
        };
        let primitive = self.primitives.entry(sync).or_default();
        primitive.last_record = record.seq;
        let mut cause = None;
        match act {
            // (In a channel, what is taken is room for a value.)
            Act::Take if kind != SyncKind::Mpsc => cause = primitive.free_since(units),
            Act::Put if kind == SyncKind::Mpsc => cause = primitive.room_since(item),
            Act::Get => {
                cause = completes.or_else(|| primitive.free_since(Units::Count(1)));
                primitive.gets.extend((primitive.room > 0).then_some((item, record.seq)));
            }
            Act::End => primitive.closed = Some(record.seq),
            Act::Refuse => cause = primitive.closed,
            _ => {}
        }
        if !kind.is_channel() && act != Act::Refuse {
            primitive.set_free(count, record.seq);
        }
        cause
    }

    /// Removes or marks what has ended with this event.
    fn note_end(&mut self, event: Event, now: Moment) {
        if let Event::PollEnd { .. } = event {
            self.last_poll_end = Some(now);
        }
        match event {
            Event::ScopeEnd { scope, .. } => _ = self.scope_ends.insert(scope, now.seq),
            Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                self.timers.remove(&timer);
            }
            Event::PollEnd { task, outcome: Outcome::Pending } => _ = self.polls.remove(&task),
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => {
                self.polls.remove(&task);
                self.tasks.insert(task, Task { ended: Some(now.seq), ..Task::default() });
            }
            _ => {}
        }
    }

    /// Forgets what ended before this record, and primitives that no record has concerned since.
    fn forget(&mut self, since: u64) {
        self.tasks.retain(|_, task| task.ended.is_none_or(|ended| ended >= since));
        self.scopes.retain(|id, _| self.scope_ends.get(id).is_none_or(|ended| *ended >= since));
        self.scope_ends.retain(|_, ended| *ended >= since);
        self.primitives.retain(|_, primitive| primitive.last_record >= since);
        self.records.retain(|record| record.seq >= since);
    }
}
