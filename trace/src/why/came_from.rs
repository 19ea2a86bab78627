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

/// The possible causes in the records so far.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// The polls in progress by task, and the running jobs.
    polls: HashMap<Id, Poll, Quick>,
    tasks: HashMap<Id, Task, Quick>,
    waits: HashMap<Id, Wait, Quick>,
    /// Each `select!`, `join!` or the like, with the record of its end.
    scopes: BTreeMap<Id, (ScopeNow, Option<u64>)>,
    things: HashMap<Id, Thing, Quick>,
    /// The timers whose deadline is counted from the first wait for them, with that record.
    timers: HashMap<Id, Option<u64>, Quick>,
    /// The records so far, each with its time, and the last end of a poll among them.
    times: Vec<(u64, Duration)>,
    polled: Option<(u64, Duration)>,
}

/// A poll, or the run of a job.
#[derive(Debug, Default)]
struct Poll {
    /// The record for which the task is polled, and the branch that this concerns.
    cause: Option<u64>,
    branch: Option<Id>,
    /// For each branch, the latest record that caused one of its inputs.
    inputs: Vec<(Option<Id>, u64)>,
    /// The end of the poll before it.
    polled: Option<(u64, Duration)>,
}

/// A task or job, with the numbers of records about it.
#[derive(Debug, Default)]
struct Task {
    /// Its spawn, until its first poll.
    spawned: Option<u64>,
    /// The wake that queued it, and the wait that this wake ended.
    woken: Option<(u64, Option<Id>)>,
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
struct Thing {
    room: u64,
    /// The largest number of units that was ever free.
    most: usize,
    /// Numbers of free units, each with the record since which at least so many are free.
    free: Vec<(usize, u64)>,
    /// The record that got a value, by the value's number.
    gets: BTreeMap<u64, u64>,
    /// The record at which the last sender was dropped.
    closed: Option<u64>,
    /// The last record that concerned it.
    last_record: u64,
}

impl Thing {
    /// So many units are free as of record `now`.
    fn set_free(&mut self, count: usize, now: u64) {
        self.most = self.most.max(count);
        self.free.truncate(self.free.partition_point(|(free, _)| *free <= count));
        if self.free.last().is_none_or(|(free, _)| *free < count) {
            self.free.push((count, now));
        }
    }

    /// The record since which so many units are free.
    fn free_since(&self, units: Units) -> Option<u64> {
        let wanted = match units {
            Units::Count(some) => some as usize,
            Units::All => self.most,
        };
        self.free.iter().find(|(free, _)| *free >= wanted).map(|(_, since)| *since)
    }

    /// The record that made room for this value, by getting the one that was in its place.
    fn room_since(&mut self, item: u64) -> Option<u64> {
        let before = item.checked_sub(self.room).filter(|_| self.room > 0)?;
        let (&got, &by) = self.gets.range(..=before).next_back()?;
        self.gets = self.gets.split_off(&got);
        Some(by)
    }
}

impl Origins {
    /// The record that caused this one; in a poll, `None` stands for the cause of the poll itself.
    /// And the end of the poll that has held the thread for a tick or more since then, if one has.
    /// `completes` is the earlier record that this one completes, according to the fold.
    pub(crate) fn of(&mut self, record: &Record, completes: Option<u64>) -> [Option<u64>; 2] {
        if record.seq.is_multiple_of(FORGET_EVERY) {
            self.forget(record.seq - FORGET_EVERY);
        }
        let input = self.input(record, completes).filter(|input| *input < record.seq);
        let whose = match record.event {
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => Some(task),
            _ => record.task.or(record.job),
        };
        if let Some((input, poll)) = input.zip(whose.and_then(|id| self.polls.get_mut(&id))) {
            match poll.inputs.iter_mut().find(|(branch, _)| *branch == record.scope) {
                Some((_, latest)) => *latest = input.max(*latest),
                None => poll.inputs.push((record.scope, input)),
            }
        }
        let poll = whose.and_then(|id| self.polls.get(&id));
        let cause = match record.event {
            Event::TimerFire { timer, .. } => self.timers.remove(&timer).flatten(),
            Event::PollStart { task } | Event::BlockingRun { task, .. } => self.polls[&task].cause,
            _ => poll.and_then(|poll| self.latest_input(poll, record.scope)),
        };
        let (polled, since) = match record.event {
            Event::TimerFire { late, .. } => (self.polled, record.time.checked_sub(late)),
            _ => (poll.and_then(|poll| poll.polled), cause.and_then(|cause| self.time_of(cause))),
        };
        let held = polled.zip(since).filter(|((_, ended), since)| *ended >= *since + TICK);
        self.times.push((record.seq, record.time));
        self.note_end(record);
        [cause, held.map(|((end, _), _)| end)]
    }

    fn time_of(&self, seq: u64) -> Option<Duration> {
        let index = self.times.binary_search_by_key(&seq, |(seq, _)| *seq).ok()?;
        Some(self.times[index].1)
    }

    /// The cause of the latest input that concerns this branch, unless the cause of the poll itself
    /// concerns the branch and is later.
    fn latest_input(&self, poll: &Poll, here: Option<Id>) -> Option<u64> {
        let concerns = |branch: Option<Id>| {
            let open = self.path(branch).find(|(_, scope)| self.scopes[&scope.id].1.is_none());
            let open = open.map(|(branch, _)| branch);
            self.is_in(open, here) || self.is_in(here, open)
        };
        let inputs = poll.inputs.iter().filter(|(branch, _)| concerns(*branch));
        let latest = inputs.map(|(_, input)| *input).max()?;
        let is_later = poll.cause.is_none_or(|cause| cause < latest);
        (is_later || !concerns(poll.branch)).then_some(latest)
    }

    /// This branch and those around it, each with its scope.
    fn path(&self, branch: Option<Id>) -> impl Iterator<Item = (Id, &ScopeNow)> {
        scopes_around(branch, |id| Some(&self.scopes.range(..=id).next_back()?.1.0))
    }

    /// Is a branch within the other one, or the same? (`None`, the task itself, has all branches.)
    fn is_in(&self, branch: Option<Id>, other: Option<Id>) -> bool {
        other.is_none() || self.path(branch).any(|(around, _)| Some(around) == other)
    }

    /// Takes a record. If it is an input of a poll: the record that caused the input.
    fn input(&mut self, record: &Record, completes: Option<u64>) -> Option<u64> {
        let now = record.seq;
        match record.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => {
                self.tasks.entry(task).or_default().spawned = Some(now);
            }
            Event::BlockingRun { task, .. } => {
                let cause = self.tasks.entry(task).or_default().spawned.take();
                self.polls.insert(task, Poll { cause, ..Poll::default() });
            }
            Event::Wake { task, by, effect: Effect::Queued(_) | Effect::DuringPoll, wait } => {
                let task = self.tasks.entry(task).or_default();
                let yielded = task.yielded.filter(|_| by == Cause::Deferred);
                task.woken = Some((yielded.unwrap_or(now), wait));
            }
            Event::Defer { .. } => self.tasks.entry(record.task?).or_default().yielded = Some(now),
            Event::PollStart { task } => {
                let poll = self.new_poll(task);
                self.polls.insert(task, poll);
            }
            Event::TimerAdd { timer, .. } => _ = self.timers.insert(timer, None),
            Event::TimerAt { timer, .. }
            | Event::TimerMove { timer, .. }
            | Event::TimerCancel { timer } => _ = self.timers.remove(&timer),
            Event::Wait { wait, on, .. } => {
                let is_new = !self.waits.contains_key(&wait);
                self.waits.entry(wait).or_default().branch = record.scope;
                if let Resource::Timer(timer) = on
                    && let Some(since) = self.timers.get_mut(&timer).filter(|_| is_new)
                {
                    *since = Some(now);
                }
            }
            // (A wait that was given up may have left its waker, and isn't known any more.)
            Event::Served { wait } => self.waits.get_mut(&wait)?.served = Some(now),
            Event::Done { wait, got, .. } => {
                return self.waits.remove(&wait)?.served.filter(|_| got);
            }
            Event::Join { task, .. } => return self.tasks.get(&task)?.ended,
            Event::Scope { scope: id, what, branches } => {
                let (around, by) = (record.scope, record.task);
                self.scopes.insert(id, (ScopeNow { id, what, branches, around, by }, None));
            }
            Event::SyncNew { sync, room, count, .. } => {
                let room = room.map_or(0, |room| room as u64);
                let thing = self.things.entry(sync).or_default();
                (thing.room, thing.last_record) = (room, now);
                thing.set_free(count, now);
            }
            Event::SyncAct { .. } => return self.act(record, completes),
            _ => {}
        }
        None
    }

    /// A new poll of a task, with the record for which it is polled.
    fn new_poll(&mut self, task: Id) -> Poll {
        let task = self.tasks.entry(task).or_default();
        let (spawned, woken) = (task.spawned.take(), task.woken.take());
        let wait = woken.and_then(|(_, wait)| self.waits.get(&wait?));
        let wait = wait.filter(|wait| spawned.is_none() && wait.served.is_some());
        let (cause, branch) = match wait {
            Some(wait) => (wait.served, wait.branch),
            None => (spawned.or(woken.map(|(wake, _)| wake)), None),
        };
        Poll { cause, branch, inputs: Vec::new(), polled: self.polled }
    }

    /// Takes an act on a primitive. Returns the record that caused its input.
    fn act(&mut self, record: &Record, completes: Option<u64>) -> Option<u64> {
        let Event::SyncAct { kind, sync, act, units, count, item, .. } = record.event else {
            return None;
        };
        let thing = self.things.entry(sync).or_default();
        thing.last_record = record.seq;
        let mut input = None;
        match act {
            // (In a channel, what is taken is room for a value.)
            Act::Take if kind != SyncKind::Mpsc => input = thing.free_since(units),
            Act::Put if kind == SyncKind::Mpsc => input = thing.room_since(item),
            Act::Get => {
                input = completes.or_else(|| thing.free_since(Units::Count(1)));
                thing.gets.extend((thing.room > 0).then_some((item, record.seq)));
            }
            Act::End => thing.closed = Some(record.seq),
            Act::Refuse => input = thing.closed,
            _ => {}
        }
        if !kind.is_channel() {
            thing.set_free(count, record.seq);
        }
        input
    }

    /// Removes or marks what has ended with this record.
    fn note_end(&mut self, record: &Record) {
        let ended = Some(record.seq);
        if let Event::PollEnd { .. } = record.event {
            self.polled = Some((record.seq, record.time));
        }
        match record.event {
            Event::ScopeEnd { scope, .. } => {
                self.scopes.entry(scope).and_modify(|(_, end)| *end = ended);
            }
            Event::PollEnd { task, outcome: Outcome::Pending } => _ = self.polls.remove(&task),
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => {
                self.polls.remove(&task);
                self.tasks.insert(task, Task { ended, ..Task::default() });
            }
            _ => {}
        }
    }

    /// Forgets what ended before this record, and primitives that no record has concerned since.
    fn forget(&mut self, since: u64) {
        let is_new = |ended: Option<u64>| ended.is_none_or(|ended| ended >= since);
        self.tasks.retain(|_, task| is_new(task.ended));
        self.scopes.retain(|_, (_, ended)| is_new(*ended));
        self.things.retain(|_, thing| thing.last_record >= since);
        self.times.retain(|(seq, _)| *seq >= since);
    }
}
