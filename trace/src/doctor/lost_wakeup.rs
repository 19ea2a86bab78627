//! Has a task lost its wake-up?
//!
//! It has returned `Pending`, no wait of it is open, and no clone of its waker is left. Its latest
//! poll has left none, as its record says; or the runtime, asked before the thread sleeps, counts
//! no reference to the task but its handles. Nothing can wake such a task. Whether it was to be
//! woken, as one that awaits `std::future::pending` is not, no record tells: so it is a mistake
//! only where another task awaits its end, or a clone of its waker was dropped, and else a note.
//!
//! A task that has a handle may be there to be aborted. It is reported if whoever has the handle is
//! stuck as well, or where nothing can happen any more (`hang.rs`).
//!
//! Interface: [`Suspects`], [`lost`]. The runtime's count walks all tasks, so it is asked once in
//! as many records.

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Kind, Record, Resource, TaskNow};

use super::lint::{Lint, LintKind};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::fold::{State, Task};

/// Tasks that have come to wait without an open wait.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    all: BTreeSet<Id>,
    /// The runtime is asked again from this record on.
    next: u64,
}

impl Suspects {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::Clones { task, .. } => _ = self.all.insert(task),
            Event::Park { .. } if record.seq >= self.next => {
                let waits = |task: &Task| task.state == State::Waiting && task.stored() == 0;
                let is_one = |task: &Task| task.kind != Kind::Main && waits(task);
                self.all.retain(|id| run.fold.task(*id).is_some_and(is_one));
                if !self.all.is_empty() {
                    let before = run.looked();
                    let found = run.judge(|moment| self.judge(moment, record.seq));
                    self.next = record.seq + run.looked() - before;
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

/// Which of these tasks have lost their wake-up.
pub(super) fn lost_of<'a>(
    moment: &Moment<'a>,
    tasks: impl Iterator<Item = &'a TaskNow>,
    after: u64,
) -> Vec<(Id, Lint)> {
    let graph = &moment.graph;
    let is_lost = |task: &&TaskNow| graph.leaves_none(task) && graph.is_stuck(task.id);
    tasks.filter(is_lost).map(|task| (task.id, lost(moment, task, after))).collect()
}

/// Does a task wait for its end?
pub(super) fn is_joined(moment: &Moment, task: Id) -> bool {
    moment.graph.waiters(Resource::Task(task)).next().is_some()
}

/// A verdict on such a task: no waker of it is left; or, where nothing can happen any more, none is
/// called.
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
