//! What is known about a recorded run so far?
//!
//! A [`Run`] takes each record ([`Run::step`]) before the lints do. It has the state that the
//! records lead to ([`Fold`]), the last record, the names of tasks and primitives, and the time for
//! which nothing has happened ([`Run::rested`]). A lint that judges the whole state gets it as a
//! `Moment` (`moment.rs`).
//!
//! Invariants: what has ended is forgotten. Names are the same as in the story and on the page
//! ([`Names`]).

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use kettle_events::{Coming, EndNow, Event, Id, Kind, Record, RemoteEvents, Thing};

use kettle_runtime::has_schedule;

use super::alone::Alone;
use super::stacks::Stacks;
use crate::fold::{Fold, Task};
use crate::words::names::{Family, Name, Names};
use crate::words::stack::Frame;

/// How long a circle of locks, or a sleep with open sockets, must last until it is reported. Other
/// code that has a guard mostly drops it sooner, and the selector needs time for its report.
pub(super) const LASTING: Duration = Duration::from_secs(1);

/// The names of ended things are removed when there are this many more names than twice the things
/// that exist.
const SPARE_NAMES: usize = 16;

/// A run so far.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) fold: Fold,
    /// Do the records come from a runtime as it runs, so that the system may be asked, too?
    pub(super) is_live: bool,
    /// The number of the last record.
    pub(super) seq: u64,
    /// The event of the last record.
    pub(super) last: Option<Event>,
    /// Counts what has happened: the events that aren't those of an idle loop or, if nothing is
    /// recorded, the beginnings and ends of polls.
    activity: u64,
    /// When this count changed last, by the machine's clock.
    rest_begun: Option<Duration>,
    /// How long ago that was at the last record or look.
    rested: Duration,
    /// Was the loop about to sleep at the last record or look?
    is_asleep: bool,
    /// Was the clock paused?
    pub(super) paused: bool,
    pub(super) names: Names,
    /// The runtime's own account of its state, if the run is live.
    pub(super) runtime: Option<Arc<RemoteEvents>>,
    /// The newest task or job. One with a lower number and no name has ended.
    newest: Option<Id>,
    main: Option<Id>,
    /// What is known of the process's other threads.
    pub(super) alone: Alone,
    /// The stacks at which wakers were stored; `None` unless they are wanted.
    pub(super) stacks: Option<Stacks>,
    /// How many entries (tasks, waits and so on) the lints have visited.
    visited: Cell<u64>,
}

impl Run {
    pub(super) fn step(&mut self, record: &Record) {
        let is_park = matches!(record.event, Event::Park { .. });
        // These events alone don't end a rest: the loop may look for work and go back to sleep.
        let is_idle = is_park || matches!(record.event, Event::Unpark { .. } | Event::Turn { .. });
        self.measure_rest(self.activity + u64::from(!is_idle), is_park, record.real);
        (self.seq, self.last) = (record.seq, Some(record.event));
        self.paused |=
            matches!(record.event, Event::RunStart { paused: true } | Event::Advance { .. });
        if let Event::Spawn { task, kind: Kind::Main, .. } = record.event {
            self.main = Some(task);
        }
        self.forget_names();
        self.learn_names(record);
        self.fold.step(record);
    }

    /// Measures the loop's rest at the time `real` of the machine's clock. If something has
    /// happened since the last call, a new rest begins, and a proof that no other thread can act is
    /// void.
    pub(super) fn measure_rest(&mut self, activity: u64, is_asleep: bool, real: Duration) {
        if self.activity != activity {
            self.rest_begun = None;
        }
        if self.rest_begun.is_none() {
            self.alone.proven = None;
        }
        self.rested = real.saturating_sub(*self.rest_begun.get_or_insert(real));
        (self.activity, self.is_asleep) = (activity, is_asleep);
    }

    /// Removes the names of things that the fold has forgotten, if there are many.
    fn forget_names(&mut self) {
        if self.names.len() > 2 * self.fold.entry_count() + SPARE_NAMES {
            let tasks = self.fold.tasks().map(|task| task.id);
            let jobs = self.fold.jobs().map(|(id, _)| id);
            let primitives = self.fold.primitives().map(|(id, _)| id);
            self.names.retain(&tasks.chain(jobs).chain(primitives).collect());
        }
    }

    /// Gives names to the things of this record, except to timers and sources, which have none in
    /// verdicts, and to tasks that have ended.
    fn learn_names(&mut self, record: &Record) {
        let made = match record.event {
            Event::Spawn { task, .. } | Event::BlockingStart { task } => Some(task),
            _ => None,
        };
        let newest = self.newest; // an older task without a name has ended
        self.names.learn_some(record, |thing| match thing {
            Thing::Task(task) => Some(task) == made || Some(task) > newest,
            Thing::Sync(..) => true,
            Thing::Timer(_) | Thing::Source(_) => false,
        });
        self.newest = self.newest.max(made);
    }

    /// A task's name, with number 0 if the task isn't known.
    pub(super) fn name(&self, task: Id) -> Name {
        self.names.known(task).unwrap_or(Name { family: Family::Task, number: 0 })
    }

    /// The name of a task or job, unless the fold has forgotten it.
    pub(super) fn known_name(&self, id: Id) -> Option<Name> {
        let is_known = self.fold.task(id).is_some() || self.fold.job(id).is_some();
        if is_known { self.names.known(id) } else { None }
    }

    /// `block_on`'s own future.
    pub(super) fn main(&self) -> Option<&Task> {
        self.fold.task(self.main?)
    }

    /// Can no other thread act? The runtime's thread asks, as the loop goes to sleep with this
    /// record.
    pub(super) fn is_alone(&self, record: &Record) -> bool {
        self.is_live && !self.has_jobs() && self.alone.at_park(record)
    }

    /// Has the selector had time to report what has arrived at the sources that tasks wait for?
    pub(super) fn has_reports(&self) -> bool {
        self.rested() >= LASTING || !self.coming(|_| true)
    }

    /// How long has the loop rested? With a schedule, a sleep counts as [`LASTING`], since the
    /// selector was asked before it.
    pub(super) fn rested(&self) -> Duration {
        if has_schedule() && self.is_asleep { LASTING } else { self.rested }
    }

    pub(super) fn has_jobs(&self) -> bool {
        self.fold.unfinished_jobs() > 0
    }

    /// Could something new arrive at a source that a task waits for?
    pub(super) fn may_receive(&self) -> bool {
        self.coming(|coming| coming > Coming::OnItsWay)
    }

    /// Does a task wait for a source for which `accepts` is true of what could arrive there?
    pub(super) fn coming(&self, accepts: impl Fn(Coming) -> bool) -> bool {
        let mut awaited = self.fold.awaited_sources();
        awaited.any(|(source, direction)| accepts(self.end_of(source).coming[direction as usize]))
    }

    /// What is known of a source's other end.
    pub(super) fn end_of(&self, source: Id) -> EndNow {
        self.runtime.as_ref().map(|events| events.end_of(source)).unwrap_or_default()
    }

    /// The functions in which a task waits, the innermost first; none unless stacks are wanted.
    pub(super) fn stack_of(&self, wait: Id) -> Vec<Frame> {
        match (&self.stacks, self.fold.stored_wait(wait)) {
            (Some(stacks), Some(wait)) => stacks.of(wait),
            _ => Vec::new(),
        }
    }

    /// The tasks that haven't ended. All tasks count as visited.
    pub(super) fn alive(&self) -> impl Iterator<Item = &Task> {
        self.fold.tasks().inspect(|_| self.count_visits(1)).filter(|task| !task.is_over())
    }

    /// Adds to the number of entries that lints have visited, by which their cost is limited.
    pub(super) fn count_visits(&self, entries: u64) {
        self.visited.set(self.visited.get() + entries);
    }

    pub(super) fn visited(&self) -> u64 {
        self.visited.get()
    }

    /// How many entries are stored.
    pub(super) fn size(&self) -> usize {
        let stacks = self.stacks.as_ref().map_or(0, Stacks::len);
        self.fold.entry_count() + self.names.len() + stacks
    }
}
