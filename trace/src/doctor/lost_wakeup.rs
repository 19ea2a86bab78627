//! Has a task lost its wake-up?
//!
//! It has returned `Pending`, no wait of it is open, and no clone of its waker is left. Its latest
//! poll has left none, as its record says; or the runtime, asked before the thread sleeps, counts
//! no reference to the task but its handles. Nothing can wake such a task. Whether it was to be
//! woken, as one that awaits `std::future::pending` is not, no record tells: so it is a mistake
//! only where another task awaits its end, or a clone of its waker was dropped, and else a note.
//!
//! A task that has a handle may be there to be aborted. It is reported if `main` can't go on
//! without its end, or where nothing can happen any more (`hang.rs`).
//!
//! Interface: [`Suspects`], [`lost`]. The runtime's count walks all tasks, so it is asked once in
//! as many records.

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Kind, Record, Resource};
use kettle_runtime::Handle;

use super::graph::needed;
use super::lint::{Lint, LintKind};
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
            Event::Park { .. } if record.seq >= self.next => return self.judge(run, record.seq),
            _ => {}
        }
        Vec::new()
    }

    fn judge(&mut self, run: &Run, now: u64) -> Vec<Lint> {
        let waits = |task: &Task| task.state == State::Waiting && task.stored() == 0;
        let is_one =
            |id: &Id| run.fold.task(*id).is_some_and(|it| it.kind != Kind::Main && waits(it));
        self.all.retain(is_one);
        if self.all.is_empty() {
            return Vec::new();
        }
        let looked = self.all.len() + run.fold.alive();
        self.next = now + looked as u64;
        run.looks_at(looked);
        let needed = run.main().map(|main| needed(run, main.id)).unwrap_or_default();
        let recorded =
            |task: &Task| (task.id, usize::from(!leaves_none(task)), usize::from(task.handle));
        let tasks = self.all.iter().filter_map(|id| run.fold.task(*id));
        let mut counted = if run.now { waiting() } else { tasks.map(recorded).collect() };
        counted.retain(|(id, clones, handles)| {
            let can_be_aborted = *handles > 1 || *handles == 1 && !needed.contains(id);
            *clones == 0 && !can_be_aborted && self.all.remove(id)
        });
        let tasks = counted.iter().filter_map(|(id, ..)| run.fold.task(*id));
        tasks.map(|task| lost(run, task, now)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

/// The tasks that wait, as the runtime counts them: with the clones of their wakers, and their
/// handles.
pub(super) fn waiting() -> Vec<(Id, usize, usize)> {
    Handle::try_current().map(|handle| handle.inspector().waiting()).unwrap_or_default()
}

/// Is there no wait of it, and no clone of its waker?
pub(super) fn leaves_none(task: &Task) -> bool {
    task.state == State::Waiting && task.clones == Some(0) && task.stored() == 0
}

/// Does a task wait for its end?
pub(super) fn is_joined(run: &Run, task: Id) -> bool {
    !run.fold.waiters(Resource::Task(task)).is_empty()
}

/// A verdict on such a task: no waker of it is left; or, where nothing can happen any more, none is
/// called.
pub(super) fn lost(run: &Run, task: &Task, after: u64) -> Lint {
    let name = run.name(task.id);
    let is_counted = |(id, clones, _): &(Id, usize, usize)| *id == task.id && *clones == 0;
    let none_left = task.clones == Some(0) || waiting().iter().any(is_counted);
    let (text, note) = if none_left {
        (
            format!("no waker of {name} is left: nothing can wake it"),
            "its last poll returned `Pending`, and no clone of its waker exists any more. A task \
             is polled again only after a call of its waker",
        )
    } else {
        (
            format!("{name} waits, and no code is left that could wake it"),
            "code other than kettle's has stored its waker, and has not called it",
        )
    };
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, after);
    let is_main = task.kind == Kind::Main && task.at.is_some();
    let lint = if is_main { lint } else { run.birth(lint, task) };
    let certain = task.clones.is_some_and(|clones| clones > 0) || is_joined(run, task.id);
    Lint { certain, ..lint }.spot(task.at, format!("{name} was last seen here")).note(note).help(
        "if the task is to be woken: a future that returns `Pending` first gives the waker of \
         *this* poll to the code that will know when it can go on. That code keeps the newest \
         waker of each task, and calls `wake()` after the change, also where it ends with an error",
    )
}
