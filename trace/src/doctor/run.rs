//! What do the lints look at?
//!
//! At the state that the records make ([`Fold`]), and at the record that came last. What a fold
//! doesn't keep is here: the names of what is alive.
//!
//! Interface: [`Run`]; [`birth_at`]. Invariant: what is over is forgotten. Names are those of the story
//! and of the trace ([`Names`]).

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Event, Id, Kind, Outcome, Place, Record, Resource, Thing, Units};

use super::lint::Lint;
use super::threads::{Others, is_alone_in_a_test};
use crate::fold::{Fold, Holder, State, Task, Wait};
use crate::words::names::{Family, Name, Names};
use crate::words::whose::is_kettles;

/// So many primitives keep their names. (The end of some is never told.)
const MOST_NAMED: usize = 10_000;

/// The system is asked for the other threads no sooner, but for the first few times: the verdict on
/// a short run must not depend on how fast the machine is.
const BETWEEN_ASKS: Duration = Duration::from_millis(10);
const ASKED_AT_ONCE: u64 = 8;

/// What a task has left behind counts, too.
pub(super) const FEW: usize = 16;

/// A run so far.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) fold: Fold,
    /// May the system be asked about this moment, because the records are fresh?
    pub(super) now: bool,
    /// Is this a run of a search?
    pub(super) searched: bool,
    names: Names,
    /// The task or job that was made last. One with a lower number and no name is over.
    newest: Option<Id>,
    /// The primitives that have names.
    named: BTreeSet<Id>,
    /// Over, but perhaps still to be told of.
    over: Option<Id>,
    main: Option<Id>,
    /// The task that has panicked last, and where it was spawned.
    panicked: Option<(Name, Place)>,
    /// The doctor's own thread has seen that no thread can run. Until something happens.
    pub(super) proven: Option<Others>,
    /// The other threads, as they were looked at after this record.
    others: Cell<(u64, Option<Others>)>,
    /// When the system was asked last, by the machine's clock, and how often it was in all.
    asked: Cell<(Duration, u64)>,
    /// Timers count for nothing: each of them only limits a wait (`limit.rs`).
    pub(super) without_timers: Cell<bool>,
    /// So many entries were looked at.
    looked: Cell<u64>,
}

impl Run {
    pub(super) fn new(now: bool) -> Run {
        Run {
            fold: if now { Fold::believing() } else { Fold::new() },
            now,
            searched: false,
            names: Names::new(),
            newest: None,
            named: BTreeSet::new(),
            over: None,
            main: None,
            panicked: None,
            proven: None,
            others: Cell::default(),
            asked: Cell::default(),
            without_timers: Cell::new(false),
            looked: Cell::new(0),
        }
    }

    /// The holder of this lock now, if it is the only one.
    pub(super) fn only_holder_of(&self, lock: Id) -> Option<Holder> {
        let known = self.fold.primitive(lock)?;
        let [(_, holder)] = known.holders[..] else { return None };
        Some(holder)
    }

    /// The tasks that hold some of what is waited for, as far as they are known.
    pub(super) fn holders(&self, on: Resource) -> &[(Units, Holder)] {
        let known = match on {
            Resource::Sync(_, sync, ..) => self.fold.primitive(sync),
            _ => None,
        };
        known.map(|known| &known.holders[..]).unwrap_or_default()
    }

    /// One more record.
    pub(super) fn step(&mut self, record: &Record) {
        // The loop may look once more, and go back to sleep.
        if !matches!(record.event, Event::Unpark { .. } | Event::Turn { .. } | Event::Park { .. }) {
            self.proven = None;
        }
        self.learn(record);
        if let Event::PollEnd { task, outcome: Outcome::Panicked, .. } = record.event {
            let made = self.fold.task(task).and_then(|task| task.made);
            self.panicked = made.map(|made| (self.name(task), made));
        }
        if let Some(Thing::Task(task)) = record.event.ends() {
            self.forget(task);
        }
        self.fold.step(record);
        // A primitive that the fold has forgotten has no more to say, as a channel that is over.
        if let Event::SyncAct { sync, .. } = record.event
            && self.fold.primitive(sync).is_none()
        {
            self.named.remove(&sync);
            self.names.forget(sync);
        }
    }

    /// As the story and the trace name things. Of timers and sources no verdict speaks.
    fn learn(&mut self, record: &Record) {
        // The main future before this one may have panicked.
        if let Event::Spawn { task, kind: Kind::Main, .. } = record.event
            && let Some(before) = self.main.replace(task)
        {
            self.names.forget(before);
        }
        let made = match record.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => Some(task),
            _ => None,
        };
        let (newest, known) = (self.newest, self.names.len());
        self.names.learn_of(record, |thing| match thing {
            Thing::Task(task) => Some(task) == made || Some(task) > newest,
            Thing::Sync(..) => true,
            Thing::Timer(_) | Thing::Source(_) => false,
        });
        self.newest = self.newest.max(made);
        if self.names.len() == known {
            return;
        }
        for thing in record.event.things() {
            if let Thing::Sync(_, sync) = thing
                && self.named.insert(sync)
                && self.named.len() > MOST_NAMED
                && let Some(oldest) = self.named.pop_first()
            {
                self.names.forget(oldest);
            }
        }
    }

    /// This task or job is over: the one that was over before it is told of no more.
    fn forget(&mut self, task: Id) {
        if let Some(over) = self.over.replace(task) {
            self.names.forget(over);
        }
    }

    /// A task's name; one that was made out of sight has the number 0.
    pub(super) fn name(&self, task: Id) -> Name {
        self.names.known(task).unwrap_or(Name { family: Family::Task, number: 0 })
    }

    /// Is this a task that has not ended, or a job?
    pub(super) fn goes_on(&self, id: Id) -> bool {
        let task = self.fold.task(id).is_some_and(|task| !task.is_over());
        task || self.fold.job(id).is_some()
    }

    /// Adds where this task was made.
    pub(super) fn birth(&self, lint: Lint, task: &Task) -> Lint {
        birth_at(lint, self.name(task.id), task.made)
    }

    /// The name of a primitive.
    pub(super) fn thing(&self, thing: Id) -> String {
        self.names.known(thing).map_or_else(|| "something".to_owned(), |name| name.to_string())
    }

    /// The number of `block_on`'s own future, also when that has returned.
    pub(super) fn main_id(&self) -> Option<Id> {
        self.main
    }

    /// The task that has panicked last, and where it was spawned.
    pub(super) fn panicked(&self) -> Option<(Name, Place)> {
        self.panicked
    }

    /// `block_on`'s own future.
    pub(super) fn main(&self) -> Option<&Task> {
        self.fold.task(self.main?)
    }

    /// If nothing has come to the runtime before this record, and no other thread can run: how many are
    /// there? From the runtime's thread.
    pub(super) fn others(&self, record: &Record) -> Option<Others> {
        self.others_since(record.seq, record)
    }

    /// Or was that known after this earlier record?
    pub(super) fn others_since(&self, since: u64, record: &Record) -> Option<Others> {
        if !self.now {
            return None;
        }
        if !(since..=record.seq).contains(&self.others.get().0) {
            let parks = matches!(record.event, Event::Park { .. });
            let look = if self.searched { Others::at_last } else { Others::now };
            let now = || look(parks).filter(|_| !self.has_queued_jobs());
            let asks = || self.may_ask(record).then(now)?;
            self.others.set((record.seq, self.proven.and_then(Others::confirmed).or_else(asks)));
        }
        self.others.get().1
    }

    /// Is this the program's only thread, or a test's beside libtest's own? `false`, too, if that may not be asked now.
    pub(super) fn is_alone(&self, record: &Record) -> bool {
        self.now && self.may_ask(record) && is_alone_in_a_test()
    }

    /// The system takes a tenth of a millisecond to list the threads: a hundred times a second it may be asked. (At a hang
    /// that comes too soon for it, the doctor's own thread looks.)
    fn may_ask(&self, record: &Record) -> bool {
        let (last, times) = self.asked.get();
        let may = times < ASKED_AT_ONCE || record.real >= last + BETWEEN_ASKS;
        if may {
            self.asked.set((record.real, times + 1));
        }
        may
    }

    /// How often the system was asked for the other threads.
    pub(super) fn asks(&self) -> u64 {
        self.asked.get().1
    }

    /// Does a job wait for a thread, as far as is on record? (That it has got one since, the next record tells.)
    pub(super) fn has_queued_jobs(&self) -> bool {
        self.fold.jobs().any(|(_, job)| job.out && job.waited.is_none())
    }

    /// The other threads in words. (Idle ones of the pool may be there.)
    pub(super) fn of_threads(&self) -> &'static str {
        match self.others.get().1 {
            None if self.without_timers.get() => "the paused clock waits for no other thread",
            _ => "no other thread can run",
        }
    }

    /// Is a blocking job out, as far as is on record?
    pub(super) fn has_jobs(&self) -> bool {
        self.fold.jobs_out() > 0
    }

    /// Is a socket waited for, which may become ready?
    pub(super) fn listens(&self) -> bool {
        self.fold.listening() > 0
    }

    /// The tasks that have not ended.
    pub(super) fn alive(&self) -> impl Iterator<Item = &Task> {
        let tasks = self.fold.tasks().inspect(|_| self.looks_at(1));
        tasks.filter(|task| !matches!(task.state, State::Done(_)))
    }

    /// What can still wake this task, as far as kettle keeps its waker.
    pub(super) fn waits(&self, task: Id) -> Vec<Wait> {
        let mut waits = self.fold.waits_of(task);
        self.looks_at(waits.len());
        waits.retain(|wait| !(self.without_timers.get() && matches!(wait.on, Resource::Timer(_))));
        waits
    }

    /// The same without what it has left behind: what it waits for.
    pub(super) fn awaits(&self, task: &Task) -> Vec<Wait> {
        let mut waits = self.waits(task.id);
        waits.retain(|wait| wait.waiter.poll == task.polls);
        waits
    }

    /// The same for a lint that asks again and again. A task that waits for more than [`FEW`] things waits for none of
    /// them alone, and no such lint speaks of it.
    pub(super) fn few_awaits(&self, task: &Task) -> Vec<Wait> {
        if task.stored() > FEW { Vec::new() } else { self.awaits(task) }
    }

    /// Where the program waits for this. Not where it awaited last before it called a function of kettle's that doesn't tell
    /// its own line. (Those of `fs`, `io` and `net` do.)
    pub(super) fn awaited_at(&self, wait: &Wait) -> Option<Place> {
        let Resource::Task(job) = wait.on else { return wait.waiter.at };
        let made = self.fold.job(job).and_then(|job| job.made).map(std::panic::Location::file);
        let tells = |file: &str| {
            !is_kettles(file) || ["/fs/", "/io/", "/net/"].iter().any(|of| file.contains(of))
        };
        wait.waiter.at.filter(|_| made.is_none_or(tells))
    }
}

impl Run {
    /// What is said of a job of `kettle::fs` behind its name.
    pub(super) fn of_fs(&self, job: Id) -> &'static str {
        let made = self.fold.job(job).and_then(|job| job.made);
        let is_of_fs = |made: Place| is_kettles(made.file()) && made.file().contains("/fs/");
        made.filter(|made| is_of_fs(*made)).map_or("", |_| ", a job of `kettle::fs`,")
    }

    /// The program's line that handed it to the pool: where kettle itself did, the one that awaits it.
    pub(super) fn handed_out(&self, id: Id) -> Option<Place> {
        let job = self.fold.job(id)?;
        let awaited = || job.joiner.and_then(|waiter| waiter.at);
        let tells = !self.of_fs(id).is_empty();
        job.made.filter(|made| !is_kettles(made.file())).or_else(|| awaited().filter(|_| tells))
    }

    /// A lint has looked at so many entries.
    pub(super) fn looks_at(&self, entries: usize) {
        self.looked.set(self.looked.get() + entries as u64);
    }

    /// How many entries the lints and the fold have looked at.
    pub(super) fn looked(&self) -> u64 {
        self.looked.get() + self.fold.looked
    }

    /// How many things have names.
    #[cfg(test)]
    pub(super) fn names(&self) -> usize {
        self.names.len()
    }

    /// How many entries are kept.
    pub(super) fn kept(&self) -> usize {
        self.fold.kept() + self.names.len()
    }
}

/// Adds where a task was made, in words.
pub(super) fn birth_at(lint: Lint, name: Name, made: Option<Place>) -> Lint {
    match name.family {
        Family::Main => lint.spot(made, "`block_on` was called here"),
        _ => lint.spot(made, format!("{name} was spawned here")),
    }
}
