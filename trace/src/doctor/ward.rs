//! What do the lints look at?
//!
//! At the state that the records make ([`Fold`]), and at the record that came last. What a fold
//! doesn't keep is here: the names of what is alive, and who holds a task.
//!
//! Interface: [`Ward`]; [`birth`]. Invariant: what is over is forgotten. Of
//! things whose end is not told, such as a lock's, the oldest names go first.

use std::collections::BTreeMap;

use kettle_events::{ChannelKind, Event, Id, Kind, Outcome, Record, Resource, Serial};

use super::lint::Lint;
use crate::fold::{Fold, Holder, State, Task, Wait};
use crate::words::names::{Family, Name};

/// So many channels and locks keep their names.
const MOST_THINGS: usize = 10_000;

/// A run so far.
#[derive(Debug)]
pub(super) struct Ward {
    pub(super) fold: Fold,
    /// May the system be asked about this moment, because the records are fresh?
    pub(super) now: bool,
    pub(super) tasks: BTreeMap<Id, Name>,
    things: BTreeMap<Serial, Name>,
    counts: [usize; 4],
    /// When a task last gave something away: spawned, sent, or handed a job to the pool. What it held
    /// may have gone along.
    gave: BTreeMap<Id, u64>,
    /// Over, but perhaps still to be told of.
    over: Option<Id>,
    main: Option<Id>,
}

impl Ward {
    pub(super) fn new(now: bool) -> Ward {
        Ward {
            fold: Fold::new(),
            now,
            tasks: BTreeMap::new(),
            things: BTreeMap::new(),
            counts: [0; 4],
            gave: BTreeMap::new(),
            over: None,
            main: None,
        }
    }

    /// Who has this lock now.
    pub(super) fn holder_of(&self, lock: Serial) -> Option<Holder> {
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
            Event::ChannelClose { channel, .. } => drop(self.things.remove(&channel)),
            _ => {}
        }
        if let Some(task) = record.task
            && matches!(
                record.event,
                Event::Spawn { .. } | Event::BlockingStart { .. } | Event::ChannelSend { .. }
            )
        {
            self.gave.insert(task, record.seq);
        }
        self.fold.step(record);
        if let Event::ChannelSend { channel, .. } = record.event {
            self.sent(channel);
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

    /// A oneshot is used up by its value.
    fn sent(&mut self, channel: Serial) {
        let kind = self.fold.open_channel(channel).and_then(|channel| channel.kind);
        if kind == Some(ChannelKind::Oneshot) {
            self.things.remove(&channel);
        }
    }

    fn name_thing(&mut self, thing: Serial, family: Family) {
        if !self.things.contains_key(&thing) {
            let name = self.next(family);
            self.things.insert(thing, name);
            if self.things.len() > MOST_THINGS {
                self.things.pop_first();
            }
        }
    }

    fn next(&mut self, family: Family) -> Name {
        let index = match family {
            Family::Main => 0,
            Family::Task => 1,
            Family::Channel => 2,
            _ => 3,
        };
        self.counts[index] += 1;
        Name { family, number: self.counts[index] }
    }

    /// A task's name; one that was made out of sight has the number 0.
    pub(super) fn name(&self, task: Id) -> Name {
        let unknown = Name { family: Family::Task, number: 0 };
        self.tasks.get(&task).copied().unwrap_or(unknown)
    }

    /// The name of a channel or a lock.
    pub(super) fn thing(&self, thing: Serial) -> String {
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
        self.fold.jobs().any(|(_, job)| job.out)
    }

    /// Is a socket waited for?
    pub(super) fn listens(&self) -> bool {
        let listens = |wait: &Wait| matches!(wait.on, Resource::Source(..));
        self.alive().any(|task| self.waits(task.id).iter().any(listens))
    }

    /// The tasks that have not ended.
    pub(super) fn alive(&self) -> impl Iterator<Item = &Task> {
        self.fold.tasks().filter(|task| !matches!(task.state, State::Done(_)))
    }

    /// What can still wake this task, as far as kettle keeps its waker. (One that was called can't
    /// do so again: its task has come, or is about to.)
    pub(super) fn waits(&self, task: Id) -> Vec<Wait> {
        let mut waits = self.fold.waits_of(task);
        waits.retain(|wait| !wait.waiter.called);
        waits
    }

    /// The same without what it has left behind: what it waits for.
    pub(super) fn awaits(&self, task: &Task) -> Vec<Wait> {
        let mut waits = self.fold.waits_of(task.id);
        waits.retain(|wait| wait.waiter.poll == task.polls);
        waits
    }
}

/// Adds where a task was made, in words.
pub(super) fn birth(lint: Lint, task: &Task) -> Lint {
    let words = match task.kind {
        Kind::Main => "`block_on` was called here",
        Kind::Task | Kind::Local => "the task was spawned here",
    };
    lint.spot(task.made, words)
}
