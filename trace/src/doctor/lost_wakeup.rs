//! Has a task lost its wake-up?
//!
//! A task has an *open wait* while a timer, source, primitive or join handle of kettle's stores its
//! waker. Nothing can wake a task that has returned `Pending` and has no open wait, if no clone of
//! its waker is left. The record of its latest poll and the runtime's count of references must
//! agree on that. Whether the task was meant to be woken isn't known: one that awaits
//! `std::future::pending` isn't. So the verdict is certain only if another task awaits its end, if
//! it is a test's `main`, or if its waker was stored by code that will never run again; otherwise
//! it is a note.
//!
//! A task with a handle may be there to be aborted. It is reported only if whoever has the handle
//! is stuck as well, or if nothing can happen any more (`hang.rs`).
//!
//! Interface: [`Suspects`] looks at each record, and remembers the tasks that may be lost;
//! [`is_lost`] judges one task; [`is_joined`] says whether a task's end is awaited;
//! [`no_waker_left`] and [`waker_never_called`] make the verdict, in which `after` is the number of
//! the last record that it follows from, or `NO_RECORD`.
//! Cost: the runtime's count visits all tasks, so after a count of n entries the next one comes n
//! records later.

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Kind, Record, Resource, TaskNow, WaitNow};

use super::lint::{Lint, LintKind};
use super::moment::{Moment, name_of};
use super::run::Run;
use super::system::is_a_test;
use crate::fold::{State, Task};

const HELP_KEPT: &str = "if it waits for another crate's lock or channel: drop the guard, send, or \
    drop the sender before you wait for this task. If for a future of your own: that keeps the \
    newest waker of each task, and calls `wake()` after the change, also where it ends with an error";

const HELP: &str = "if the task is to be woken: a future that returns `Pending` first gives the \
    waker of *this* poll to the code that will know when it can go on. That code keeps the newest \
    waker of each task, and calls `wake()` after the change, also where it ends with an error";

/// Tasks that wait without an open wait.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    tasks: BTreeSet<Id>,
    /// From this record on, the runtime is asked again for its counts.
    next_check_at: u64,
}

impl Suspects {
    /// Notes a suspect, or gives the verdicts on those that are lost.
    pub(super) fn observe(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            // Counts a waker's clones before a sleep, if its task waits for nothing of kettle's.
            Event::Clones { task, .. } => _ = self.tasks.insert(task),
            Event::Park { .. } if record.seq >= self.next_check_at => {
                self.tasks.retain(|id| run.fold.task(*id).is_some_and(is_suspect));
                if !self.tasks.is_empty() {
                    let visited_before = run.visited();
                    let found = run.judge(|moment| self.convict(moment, record.seq));
                    self.next_check_at = record.seq + run.visited() - visited_before;
                    return found;
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Gives a verdict on each suspect that is lost. That task is no suspect any more.
    fn convict(&mut self, moment: &Moment, after: u64) -> Vec<Lint> {
        let mut found = Vec::new();
        for task in self.tasks.clone().iter().filter_map(|id| moment.graph.task(*id)) {
            if is_lost(moment, task) {
                found.push(no_waker_left(moment, task, after));
                self.tasks.remove(&task.id);
            }
        }
        found
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }
}

/// Does the task wait, although kettle stores none of its wakers?
fn is_suspect(task: &Task) -> bool {
    let is_to_end = task.kind != Kind::Main || is_a_test();
    task.state == State::Waiting && task.stored() == 0 && is_to_end
}

/// Is no waker of the task left, and whoever has a handle to it stuck as well?
pub(super) fn is_lost(moment: &Moment, task: &TaskNow) -> bool {
    let is_stuck = moment.graph.has_no_waker(task) && moment.graph.is_stuck(task.id);
    is_stuck && (task.kind != Kind::Main || is_main_to_end(moment))
}

/// Must `main` go on some day, while others do? It may wait forever on purpose, to keep the others
/// going, but not in a test. (If nothing goes on, `hang.rs` judges it.)
fn is_main_to_end(moment: &Moment) -> bool {
    let is_for_more = |wait: &WaitNow| matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
    is_a_test() && moment.now().waits.iter().any(is_for_more)
}

/// Does a task wait for its end?
pub(super) fn is_joined(moment: &Moment, task: Id) -> bool {
    moment.graph.waiters(Resource::Task(task)).next().is_some()
}

/// The verdict on a task if no clone of its waker exists.
pub(super) fn no_waker_left(moment: &Moment, task: &TaskNow, after: u64) -> Lint {
    let text = format!("no waker of {} is left: nothing can wake it", name_of(task));
    let lint = verdict(task, text, HELP, after).note(
        "its last poll returned `Pending`, and no clone of its waker exists any more. A task is \
         polled again only after a call of its waker",
    );
    Lint { certain: task.kind == Kind::Main || is_joined(moment, task.id), ..lint }
}

/// The verdict on a task if clones of its waker exist, but nothing runs that could call them.
pub(super) fn waker_never_called(task: &TaskNow, after: u64) -> Lint {
    let text = format!("{} waits, and no code is left that could wake it", name_of(task));
    verdict(task, text, HELP_KEPT, after)
        .note("its waker was stored, and no code that could call it will run any more")
}

fn verdict(task: &TaskNow, text: String, help: &'static str, after: u64) -> Lint {
    let name = name_of(task);
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, after);
    // The place that is added first counts as the mistake's: where the task was made (`birth`) or,
    // if known, where `main` was last seen, since its `block_on` is no mistake.
    let has_better_place = task.kind == Kind::Main && task.at.is_some();
    let lint = if has_better_place { lint } else { lint.birth(name, task.made) };
    lint.spot(task.at, format!("{name} was last seen here")).help(help)
}
