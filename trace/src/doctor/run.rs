//! What do the lints look at?
//!
//! At the state that the records make ([`Fold`]), at the last record, and at names, which a fold
//! doesn't keep. Those that judge a state get it as a `Moment`, which is made when they ask.
//!
//! Interface: [`Run`]. Invariants: what is over is forgotten; the story and the page use the same
//! names ([`Names`]).

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::{Coming, EndNow, Event, Id, Kind, Record, RemoteEvents, Thing};

use kettle_runtime::has_schedule;

use super::alone::Alone;
use super::stacks::Stacks;
use crate::fold::{Fold, Task};
use crate::words::names::{Family, Name, Names};
use crate::words::stack::Frame;

/// A circle of locks, or a sleep although sockets are open, that is reported has lasted for so
/// long. (A guard that was put elsewhere is mostly dropped sooner.)
pub(super) const LASTING: Duration = Duration::from_secs(1);

/// Names are forgotten once there are so many more than things.
const FEW: usize = 16;

/// A run so far.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) fold: Fold,
    /// May the system be asked about this moment, because the records are fresh?
    pub(super) now: bool,
    /// The last record.
    pub(super) seq: u64,
    pub(super) last: Option<Event>,
    /// Since when the loop has slept, or only looked, by the machine's clock.
    still: Option<Duration>,
    /// For how long, by the last record.
    rested: Duration,
    /// The clock has been paused.
    pub(super) paused: bool,
    pub(super) names: Names,
    /// The state that its runtime keeps, if the records are fresh.
    pub(super) kept: Option<Arc<RemoteEvents>>,
    /// The task or job that was made last. One with a lower number and no name is over.
    newest: Option<Id>,
    main: Option<Id>,
    /// Can no other thread act?
    pub(super) alone: Alone,
    /// Where the wakers were stored; `None` unless that is wanted.
    pub(super) stacks: Option<Stacks>,
    /// How many entries the lints have looked at.
    looked: Cell<u64>,
}

impl Run {
    pub(super) fn new(now: bool) -> Run {
        Run { now, ..Run::default() }
    }

    pub(super) fn step(&mut self, record: &Record) {
        // The loop may look once more, and go back to sleep.
        if !matches!(record.event, Event::Unpark { .. } | Event::Turn { .. } | Event::Park { .. }) {
            (self.alone.proven, self.still) = (None, None);
        }
        self.rested = record.real.saturating_sub(*self.still.get_or_insert(record.real));
        (self.seq, self.last) = (record.seq, Some(record.event));
        self.paused |=
            matches!(record.event, Event::RunStart { paused: true } | Event::Advance { .. });
        self.learn(record);
        self.fold.step(record);
    }

    /// Names what the record names, but for timers and sources, which no verdict names; and forgets
    /// the names of what the fold has forgotten.
    fn learn(&mut self, record: &Record) {
        if self.names.len() > 2 * self.fold.kept() + FEW {
            let (tasks, jobs) = (self.fold.tasks().map(|task| task.id), self.fold.jobs());
            let syncs = self.fold.primitives().map(|(id, _)| id);
            let known: BTreeSet<Id> = tasks.chain(jobs.map(|(id, _)| id)).chain(syncs).collect();
            self.names.retain(&known);
        }
        let made = match record.event {
            Event::Spawn { task, kind, .. } => {
                self.main = Some(task).filter(|_| kind == Kind::Main).or(self.main);
                Some(task)
            }
            Event::BlockingStart { task } => Some(task),
            _ => None,
        };
        let newest = self.newest;
        self.names.learn_of(record, |thing| match thing {
            Thing::Task(task) => Some(task) == made || Some(task) > newest,
            Thing::Sync(..) => true,
            Thing::Timer(_) | Thing::Source(_) => false,
        });
        self.newest = self.newest.max(made);
    }

    /// A task's name. The number of one that was made out of sight is 0.
    pub(super) fn name(&self, task: Id) -> Name {
        self.names.known(task).unwrap_or(Name { family: Family::Task, number: 0 })
    }

    /// The name of a task or job that may have ended.
    pub(super) fn known(&self, id: Id) -> Option<Name> {
        let is_known = self.fold.task(id).is_some() || self.fold.job(id).is_some();
        self.names.known(id).filter(|_| is_known)
    }

    pub(super) fn thing(&self, thing: Id) -> String {
        self.names.known(thing).map_or_else(|| "something".to_owned(), |name| name.to_string())
    }

    /// `block_on`'s own future.
    pub(super) fn main(&self) -> Option<&Task> {
        self.fold.task(self.main?)
    }

    /// The loop goes to sleep with this record: can no other thread act? For the runtime's thread.
    pub(super) fn is_alone(&self, record: &Record) -> bool {
        self.now && !self.has_jobs() && self.alone.is(record)
    }

    /// Is no report on its way? If tasks wait for sockets, a search has just asked the selector;
    /// any other program has slept in it for a while.
    pub(super) fn is_still(&self) -> bool {
        self.rested() >= LASTING || !self.coming(|_| true)
    }

    /// For how long, where a schedule's look counts as a second?
    pub(super) fn rested(&self) -> Duration {
        let is_at_rest = has_schedule() && matches!(self.last, Some(Event::Park { .. }));
        if is_at_rest { LASTING } else { self.rested }
    }

    pub(super) fn has_jobs(&self) -> bool {
        self.fold.jobs_out() > 0
    }

    /// Could something come to a source that a task waits for, but for what has come already?
    pub(super) fn listens(&self) -> bool {
        self.coming(|coming| coming > Coming::OnItsWay)
    }

    /// Does a task wait for a source, and what could come there is like that?
    pub(super) fn coming(&self, is_like: impl Fn(Coming) -> bool) -> bool {
        let coming = |(source, way)| self.end_of(source).coming[way as usize];
        self.fold.listened().any(|listened| is_like(coming(listened)))
    }

    /// What is known of a source's other end.
    pub(super) fn end_of(&self, source: Id) -> EndNow {
        self.kept.as_ref().map(|it| it.end_of(source)).unwrap_or_default()
    }

    /// The functions in which a task waits, if that is wanted: the innermost first.
    pub(super) fn stack_of(&self, wait: Id) -> Vec<Frame> {
        let stack = self.stacks.as_ref().zip(self.fold.wait_with(wait));
        stack.map(|(stacks, wait)| stacks.of(wait)).unwrap_or_default()
    }

    pub(super) fn alive(&self) -> impl Iterator<Item = &Task> {
        self.fold.tasks().inspect(|_| self.looks_at(1)).filter(|task| !task.is_over())
    }

    /// Counts entries that a lint has looked at.
    pub(super) fn looks_at(&self, entries: u64) {
        self.looked.set(self.looked.get() + entries);
    }

    /// How many entries the lints and the fold have looked at.
    pub(super) fn looked(&self) -> u64 {
        self.looked.get() + self.fold.looked
    }

    pub(super) fn kept(&self) -> usize {
        let stacks = self.stacks.as_ref().map_or(0, Stacks::len);
        self.fold.kept() + self.names.len() + stacks
    }
}
