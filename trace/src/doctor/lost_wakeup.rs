//! Has a task lost its wake-up?
//!
//! A task can't be woken if it has returned `Pending`, has no open wait, and no clone of its waker
//! is left, neither by its latest poll's record nor by the runtime's count of references. Whether
//! it was meant to be woken isn't known: a task that awaits `std::future::pending` isn't. So the
//! verdict is certain only if another task awaits its end, or if its waker was stored by code that
//! will never run again; otherwise it is a note.
//!
//! A task with a handle may be there to be aborted. It is reported only if whoever has the handle
//! is stuck as well, or if nothing can happen any more (`hang.rs`).
//!
//! Interface: [`Suspects`] looks at each record, and remembers the tasks that may be lost;
//! [`lost_of`] judges some tasks; [`lost`] makes the verdict on one; [`is_joined`] says whether a
//! task's end is awaited.
//! Cost: the runtime's count visits all tasks, so after a count of n entries the next one comes n
//! records later.

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Kind, Record, Resource, TaskNow};

use super::lint::{Lint, LintKind};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::fold::{State, Task};

/// Tasks that wait without an open wait.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    all: BTreeSet<Id>,
    /// From this record on, the runtime is asked again.
    next: u64,
}

impl Suspects {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::Clones { task, .. } => _ = self.all.insert(task),
            Event::Park { .. } if record.seq >= self.next => {
                let waits = |task: &Task| task.state == State::Waiting && task.stored() == 0;
                let is_suspect = |task: &Task| task.kind != Kind::Main && waits(task);
                self.all.retain(|id| run.fold.task(*id).is_some_and(is_suspect));
                if !self.all.is_empty() {
                    let before = run.visited();
                    let found = run.judge(|moment| self.judge(moment, record.seq));
                    self.next = record.seq + run.visited() - before;
                    return found;
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn judge(&mut self, moment: &Moment, after: u64) -> Vec<Lint> {
        let tasks = self.all.iter().filter_map(|id| moment.graph.task(*id));
        let (found, lints): (Vec<Id>, _) = lost_of(moment, tasks, after).into_iter().unzip();
        self.all.retain(|id| !found.contains(id));
        lints
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

/// A verdict on each of these tasks that has lost its wake-up.
pub(super) fn lost_of<'a>(
    moment: &Moment<'a>,
    tasks: impl Iterator<Item = &'a TaskNow>,
    after: u64,
) -> Vec<(Id, Lint)> {
    let graph = &moment.graph;
    let is_lost = |task: &&TaskNow| graph.has_no_waker(task) && graph.is_stuck(task.id);
    tasks.filter(is_lost).map(|task| (task.id, lost(moment, task, after))).collect()
}

/// Does a task wait for its end?
pub(super) fn is_joined(moment: &Moment, task: Id) -> bool {
    moment.graph.waiters(Resource::Task(task)).next().is_some()
}

/// A verdict on a task that is never woken: no waker of it is left, or none will be called.
pub(super) fn lost(moment: &Moment, task: &TaskNow, after: u64) -> Lint {
    let name = name_of(task);
    let (text, note) = if task.clones == Some(0) {
        (
            format!("no waker of {name} is left: nothing can wake it"),
            "its last poll returned `Pending`, and no clone of its waker exists any more. A task \
             is polled again only after a call of its waker",
        )
    } else {
        (
            format!("{name} waits, and no code is left that could wake it"),
            "its waker was stored, and no code that could call it will run any more",
        )
    };
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, after);
    let is_main = task.kind == Kind::Main && task.at.is_some();
    let lint = if is_main { lint } else { lint.birth(name, task.made) };
    let certain = task.clones > Some(0) || is_joined(moment, task.id);
    Lint { certain, ..lint }.spot(task.at, format!("{name} was last seen here")).note(note).help(
        "if the task is to be woken: a future that returns `Pending` first gives the waker of \
         *this* poll to the code that will know when it can go on. That code keeps the newest \
         waker of each task, and calls `wake()` after the change, also where it ends with an error",
    )
}
