//! What do the lints look at?
//!
//! At the state that the records make ([`Fold`]), and at the record that came last. What a fold
//! doesn't keep is here: the names of what is alive, and when each task last gave something away.
//!
//! Interface: [`Ward`]; [`birth_at`]. Invariant: what is over is forgotten. Of
//! things whose end is not told, such as a lock's, the oldest names go first.

use std::cell::Cell;
use std::collections::BTreeMap;

use kettle_events::{
    Act, ChannelKind, Event, Id, Kind, Outcome, Place, Record, Resource, SyncKind,
};

use super::lint::Lint;
use crate::fold::{Channel, Fold, Holder, State, Task, Wait};
use crate::words::names::{FAMILIES, Family, Name};

/// So many channels and locks keep their names.
const MOST_THINGS: usize = 10_000;

/// A run so far.
#[derive(Debug)]
pub(super) struct Ward {
    pub(super) fold: Fold,
    /// May the system be asked about this moment, because the records are fresh?
    pub(super) now: bool,
    pub(super) tasks: BTreeMap<Id, Name>,
    things: BTreeMap<Id, Name>,
    /// The last one that was to be named: it has its name.
    last: Option<Id>,
    counts: [usize; FAMILIES],
    /// When a task last gave something away: spawned, sent, or handed a job to the pool. What it held
    /// may have gone along. Only while a lock is held: a guard is all that matters.
    gave: BTreeMap<Id, u64>,
    /// Over, but perhaps still to be told of.
    over: Option<Id>,
    main: Option<Id>,
    /// So many entries were looked at.
    looked: Cell<u64>,
}

impl Ward {
    pub(super) fn new(now: bool) -> Ward {
        Ward {
            fold: if now { Fold::believing() } else { Fold::new() },
            now,
            tasks: BTreeMap::new(),
            things: BTreeMap::new(),
            last: None,
            counts: [0; FAMILIES],
            gave: BTreeMap::new(),
            over: None,
            main: None,
            looked: Cell::new(0),
        }
    }

    /// The holder of this lock now.
    pub(super) fn holder_of(&self, lock: Id) -> Option<Holder> {
        self.fold.lock(lock).and_then(|lock| lock.holder)
    }

    /// One more record.
    pub(super) fn step(&mut self, record: &Record) {
        match record.event {
            Event::Spawn { task, kind, .. } => self.born(task, kind),
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                self.forget();
                self.over = Some(task);
            }
            Event::LockTake { lock } | Event::Wait { on: Resource::Lock(lock, _), .. } => {
                self.name_thing(lock, Family::Lock);
            }
            Event::ChannelOpen { channel, .. }
            | Event::Wait {
                on: Resource::ChannelValue(channel) | Resource::ChannelRoom(channel, _),
                ..
            } => self.name_thing(channel, Family::Channel),
            Event::SyncNew { kind, sync, .. }
            | Event::SyncAct { kind, sync, .. }
            | Event::Wait {
                on: Resource::Sync(kind, sync, ..) | Resource::SyncClosed(kind, sync),
                ..
            } => self.name_thing(sync, Family::Sync(kind)),
            _ => {}
        }
        if let Some(task) = record.task
            && gives(&record.event)
            && self.fold.knows_locks()
        {
            self.gave.insert(task, record.seq);
        }
        self.fold.step(record);
        if let Event::ChannelSend { channel, .. }
        | Event::ChannelRecv { channel, len: 0 }
        | Event::ChannelSenders { channel, .. }
        | Event::ChannelClose { channel, .. }
        | Event::ChannelDrop { channel, .. } = record.event
        {
            self.used(channel);
        }
    }

    fn born(&mut self, task: Id, kind: Kind) {
        let family = if kind == Kind::Main { Family::Main } else { Family::Task };
        if kind == Kind::Main {
            // The last one may have panicked.
            if let Some(before) = self.main.replace(task) {
                self.tasks.remove(&before);
                self.gave.remove(&before);
            }
        }
        let name = self.next(family);
        self.tasks.insert(task, name);
    }

    fn forget(&mut self) {
        if let Some(over) = self.over.take() {
            self.tasks.remove(&over);
            self.gave.remove(&over);
        }
    }

    /// A oneshot is used up by its value, and a channel that is over has no more to say.
    fn used(&mut self, channel: Id) {
        let known = self.fold.open_channel(channel);
        let once = |channel: &Channel| {
            channel.kind == Some(ChannelKind::Oneshot) && channel.senders == Some(0)
        };
        if known.is_none_or(once) {
            self.last = self.last.filter(|last| *last != channel);
            self.things.remove(&channel);
        }
    }

    fn name_thing(&mut self, thing: Id, family: Family) {
        if self.last.replace(thing) == Some(thing) {
            return;
        }
        if !self.things.contains_key(&thing) {
            let name = self.next(family);
            self.things.insert(thing, name);
            if self.things.len() > MOST_THINGS {
                self.things.pop_first();
            }
        }
    }

    fn next(&mut self, family: Family) -> Name {
        let count = &mut self.counts[family.index()];
        *count += 1;
        Name { family, number: *count }
    }

    /// A task's name; one that was made out of sight has the number 0.
    pub(super) fn name(&self, task: Id) -> Name {
        let unknown = Name { family: Family::Task, number: 0 };
        self.tasks.get(&task).copied().unwrap_or(unknown)
    }

    /// Adds where this task was made.
    pub(super) fn birth(&self, lint: Lint, task: &Task) -> Lint {
        birth_at(lint, self.name(task.id), task.made)
    }

    /// The name of a channel or a lock.
    pub(super) fn thing(&self, thing: Id) -> String {
        self.things.get(&thing).map_or_else(|| "something".to_owned(), Name::to_string)
    }

    /// May this task have given away since then what it had?
    pub(super) fn gave_since(&self, task: Id, since: u64) -> bool {
        self.gave.get(&task).is_some_and(|gave| *gave > since)
    }

    /// `block_on`'s own future.
    pub(super) fn main(&self) -> Option<&Task> {
        self.fold.task(self.main?)
    }

    /// Is a blocking job out, as far as is on record?
    pub(super) fn has_jobs(&self) -> bool {
        self.fold.jobs_out() > 0
    }

    /// Is a socket waited for?
    pub(super) fn listens(&self) -> bool {
        self.fold.listening() > 0
    }

    /// The tasks that have not ended.
    pub(super) fn alive(&self) -> impl Iterator<Item = &Task> {
        let tasks = self.fold.tasks().inspect(|_| self.looks_at(1));
        tasks.filter(|task| !matches!(task.state, State::Done(_)))
    }

    /// What can still wake this task, as far as kettle keeps its waker. (One that was called can't
    /// do so again: its task has come, or is about to.)
    pub(super) fn waits(&self, task: Id) -> Vec<Wait> {
        let mut waits = self.fold.waits_of(task);
        self.looks_at(waits.len());
        waits.retain(|wait| !wait.waiter.called);
        waits
    }

    /// The same without what it has left behind: what it waits for.
    pub(super) fn awaits(&self, task: &Task) -> Vec<Wait> {
        let mut waits = self.fold.waits_of(task.id);
        self.looks_at(waits.len());
        waits.retain(|wait| wait.waiter.poll == task.polls);
        waits
    }
}

impl Ward {
    /// A lint has looked at so many entries.
    pub(super) fn looks_at(&self, entries: usize) {
        self.looked.set(self.looked.get() + entries as u64);
    }

    /// How many entries the lints have looked at.
    pub(super) fn looked(&self) -> u64 {
        self.looked.get()
    }

    /// How many entries are kept.
    pub(super) fn kept(&self) -> usize {
        self.fold.kept() + self.tasks.len() + self.things.len() + self.gave.len()
    }
}

/// May what the running task holds go along with this?
fn gives(event: &Event) -> bool {
    use SyncKind::{Broadcast, OnceCell, SetOnce, Watch};
    match event {
        Event::Spawn { .. } | Event::BlockingStart { .. } | Event::ChannelSend { .. } => true,
        Event::SyncAct { kind, act: Act::Put, .. } => {
            matches!(kind, Watch | Broadcast | OnceCell | SetOnce)
        }
        _ => false,
    }
}

/// Adds where a task was made, in words.
pub(super) fn birth_at(lint: Lint, name: Name, made: Option<Place>) -> Lint {
    match name.family {
        Family::Main => lint.spot(made, "`block_on` was called here"),
        _ => lint.spot(made, format!("{name} was spawned here")),
    }
}
