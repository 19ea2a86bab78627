//! What did an event come from?
//!
//! A poll goes on by what it gets: the end of a wait, a value that was there, a lock that was free,
//! room, the end of a task. Each of these is the work of an event before it. These, and the event
//! for which it was polled (a spawn, the end of a wait, where the task gave way, or a call of its
//! waker for no wait), are all that an event in the poll can have come from. It came from the
//! latest of those that concern its branch: in one around it, within it, or in one that is over.
//!
//! Interface: [`Origins::of`], once for each record, in order. Invariants: an event comes before
//! what came from it. What is over is forgotten, at the latest after [`ROUND`] records.
//!
//! Not here: which act has served a wait, and which put a value was got from (`fold/`).

use std::collections::{BTreeMap, HashMap};

use kettle_events::{Act, Cause, Effect, Event, Id, Outcome, Record, Resource, SyncKind, Units};

use crate::words::quick::Quick;

/// After so many records, things that are over are forgotten.
const ROUND: u64 = 1 << 16;

/// The possible causes in the records so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// By task or job: the polls in progress, and the running jobs.
    polls: HashMap<Id, Poll, Quick>,
    tasks: HashMap<Id, Task, Quick>,
    waits: HashMap<Id, Wait, Quick>,
    scopes: BTreeMap<Id, Scope>,
    things: HashMap<Id, Thing, Quick>,
    /// The timers whose deadline is a length from the wait for them, and which record began that.
    timers: HashMap<Id, Option<u64>, Quick>,
}

/// A poll, or the run of a job.
#[derive(Clone, Debug, Default)]
struct Poll {
    /// For which record it is polled, and in which branch.
    came: Option<u64>,
    branch: Option<Id>,
    /// By branch: the latest record to which something goes back that it has got.
    got: Vec<(Option<Id>, u64)>,
}

/// A task or job: its spawn, until it is polled; the wake that queued it, and for which wait;
/// where it gave way last; its end.
#[derive(Clone, Debug, Default)]
struct Task {
    spawned: Option<u64>,
    woken: Option<(u64, Option<Id>)>,
    gave_way: Option<u64>,
    ended: Option<u64>,
}

/// An open wait: by which record it was served, and the branch in which it was asked last.
#[derive(Clone, Debug, Default)]
struct Wait {
    served: Option<u64>,
    branch: Option<Id>,
}

/// A combinator: it may have ended.
#[derive(Clone, Debug)]
struct Scope {
    branches: u32,
    around: Option<Id>,
    ended: Option<u64>,
}

/// A primitive of `sync`.
#[derive(Clone, Debug, Default)]
struct Thing {
    room: u64,
    /// The most that was ever free, and since when so much has been, the least first.
    most: usize,
    free: Vec<(usize, u64)>,
    /// Which record got a value, by the value's number.
    gets: BTreeMap<u64, u64>,
    /// The last sender has gone.
    over: Option<u64>,
    heard: u64,
}

impl Thing {
    fn counts(&mut self, count: usize, now: u64) {
        self.most = self.most.max(count);
        self.free.truncate(self.free.partition_point(|(free, _)| *free <= count));
        if self.free.last().is_none_or(|(free, _)| *free < count) {
            self.free.push((count, now));
        }
    }

    fn since(&self, units: Units) -> Option<u64> {
        let wanted = match units {
            Units::Count(some) => some as usize,
            Units::All => self.most,
        };
        self.free.iter().find(|(free, _)| *free >= wanted).map(|(_, since)| *since)
    }

    /// Who got the value in whose place this one is put?
    fn made_room(&mut self, item: u64) -> Option<u64> {
        let before = item.checked_sub(self.room).filter(|_| self.room > 0)?;
        let (&got, &by) = self.gets.range(..=before).next_back()?;
        self.gets = self.gets.split_off(&got);
        Some(by)
    }
}

impl Origins {
    /// The record that this one came from. Of one in a poll, `None`: from what the poll came from.
    /// `back`: the act to which it goes back, as the fold knows it.
    pub(crate) fn of(&mut self, record: &Record, back: Option<u64>) -> Option<u64> {
        if record.seq.is_multiple_of(ROUND) {
            self.forget(record.seq - ROUND);
        }
        let input = self.input(record, back).filter(|input| *input < record.seq);
        let whose = match record.event {
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => Some(task),
            _ => record.task.or(record.job),
        };
        if let Some((input, poll)) = input.zip(whose.and_then(|id| self.polls.get_mut(&id))) {
            match poll.got.iter_mut().find(|(branch, _)| *branch == record.scope) {
                Some((_, latest)) => *latest = input.max(*latest),
                None => poll.got.push((record.scope, input)),
            }
        }
        let poll = whose.and_then(|id| self.polls.get(&id));
        let came = match record.event {
            Event::TimerFire { timer, .. } => self.timers.remove(&timer).flatten(),
            Event::PollStart { task } | Event::BlockingRun { task, .. } => self.polls[&task].came,
            _ => poll.and_then(|poll| self.latest(poll, record.scope)),
        };
        self.ends(record);
        came
    }

    /// The latest thing that the poll has got and that concerns this branch, unless what it was
    /// polled for comes after that.
    fn latest(&self, poll: &Poll, here: Option<Id>) -> Option<u64> {
        let concerns = |branch: Option<Id>| {
            let open = self.path(branch).find(|(_, scope)| scope.ended.is_none());
            let open = open.map(|(branch, _)| branch);
            self.is_in(open, here) || self.is_in(here, open)
        };
        let got = poll.got.iter().filter(|(branch, _)| concerns(*branch));
        let got = got.map(|(_, input)| *input).max()?;
        let is_later = poll.came.is_none_or(|came| came < got);
        (is_later || !concerns(poll.branch)).then_some(got)
    }

    /// This branch, and those around it.
    fn path(&self, mut branch: Option<Id>) -> impl Iterator<Item = (Id, &Scope)> {
        let around = move || {
            let here = branch?;
            let (id, scope) = self.scopes.range(..=here).next_back()?;
            branch = scope.around;
            (here.get() - id.get() <= u64::from(scope.branches)).then_some((here, scope))
        };
        // (A contradictory record must not lead around in a circle.)
        std::iter::from_fn(around).take(self.scopes.len())
    }

    /// Is a branch within another one, or the same? (The task itself is no branch.)
    fn is_in(&self, branch: Option<Id>, other: Option<Id>) -> bool {
        other.is_none() || self.path(branch).any(|(around, _)| Some(around) == other)
    }

    /// To which record goes back what this one gets?
    fn input(&mut self, record: &Record, back: Option<u64>) -> Option<u64> {
        let now = record.seq;
        match record.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => {
                self.tasks.entry(task).or_default().spawned = Some(now);
            }
            Event::BlockingRun { task, .. } => {
                let came = self.tasks.entry(task).or_default().spawned.take();
                self.polls.insert(task, Poll { came, ..Poll::default() });
            }
            Event::Wake { task, by, effect: Effect::Queued(_) | Effect::DuringPoll, wait } => {
                let task = self.tasks.entry(task).or_default();
                let gave_way = task.gave_way.filter(|_| by == Cause::Deferred);
                task.woken = Some((gave_way.unwrap_or(now), wait));
            }
            Event::Defer { .. } => {
                self.tasks.entry(record.task?).or_default().gave_way = Some(now);
            }
            Event::PollStart { task } => {
                let poll = self.polled(task);
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
            // (Unknown is one that was given up, and has left its waker.)
            Event::Served { wait } => self.waits.get_mut(&wait)?.served = Some(now),
            Event::Done { wait, got, .. } => {
                return self.waits.remove(&wait)?.served.filter(|_| got);
            }
            Event::Join { task, .. } => return self.tasks.get(&task)?.ended,
            Event::Scope { scope, branches, .. } => {
                let around = record.scope;
                self.scopes.insert(scope, Scope { branches, around, ended: None });
            }
            Event::SyncNew { sync, room, count, .. } => {
                let room = room.map_or(0, |room| room as u64);
                let thing = self.things.entry(sync).or_default();
                (thing.room, thing.heard) = (room, now);
                thing.counts(count, now);
            }
            Event::SyncAct { .. } => return self.act(record, back),
            _ => {}
        }
        None
    }

    /// What this poll of a task is for.
    fn polled(&mut self, task: Id) -> Poll {
        let task = self.tasks.entry(task).or_default();
        let (spawned, woken) = (task.spawned.take(), task.woken.take());
        let wait = woken.and_then(|(_, wait)| self.waits.get(&wait?));
        match wait.filter(|wait| spawned.is_none() && wait.served.is_some()) {
            Some(wait) => Poll { came: wait.served, branch: wait.branch, got: Vec::new() },
            None => Poll { came: spawned.or(woken.map(|(wake, _)| wake)), ..Poll::default() },
        }
    }

    fn act(&mut self, record: &Record, back: Option<u64>) -> Option<u64> {
        let Event::SyncAct { kind, sync, act, units, count, item, .. } = record.event else {
            return None;
        };
        let thing = self.things.entry(sync).or_default();
        thing.heard = record.seq;
        let mut input = None;
        match act {
            // (Of a channel it is room.)
            Act::Take if kind != SyncKind::Mpsc => input = thing.since(units),
            Act::Put if kind == SyncKind::Mpsc => input = thing.made_room(item),
            Act::Get => {
                input = back.or_else(|| thing.since(Units::Count(1)));
                thing.gets.extend((thing.room > 0).then_some((item, record.seq)));
            }
            Act::End => thing.over = Some(record.seq),
            Act::Refuse => input = thing.over,
            _ => {}
        }
        if !kind.is_channel() {
            thing.counts(count, record.seq);
        }
        input
    }

    /// What is over behind this record.
    fn ends(&mut self, record: &Record) {
        let ended = Some(record.seq);
        match record.event {
            Event::ScopeEnd { scope, .. } => {
                self.scopes.entry(scope).and_modify(|scope| scope.ended = ended);
            }
            Event::PollEnd { task, outcome: Outcome::Pending } => _ = self.polls.remove(&task),
            Event::PollEnd { task, .. } | Event::BlockingEnd { task, .. } => {
                self.polls.remove(&task);
                self.tasks.insert(task, Task { ended, ..Task::default() });
            }
            _ => {}
        }
    }

    /// Forgets what was over, or what nothing has concerned, since this record.
    fn forget(&mut self, since: u64) {
        let is_new = |ended: Option<u64>| ended.is_none_or(|ended| ended >= since);
        self.tasks.retain(|_, task| is_new(task.ended));
        self.scopes.retain(|_, scope| is_new(scope.ended));
        self.things.retain(|_, thing| thing.heard >= since);
    }
}
