//! Has a task lost its wake-up?
//!
//! It has returned `Pending`, no wait of it is open, and no clone of its waker is left. Its latest
//! poll has left none, as its record says; or the runtime, asked before the thread sleeps, counts
//! no reference to the task but its handles. Nothing can wake such a task. Whether it was to be
//! woken, as one that awaits `std::future::pending` is not, no record tells: so it is an error only
//! where another task awaits its end.
//!
//! A task that has a handle may be there to be aborted. It is told of where nothing can happen any
//! more (`hang.rs`).
//!
//! Interface: [`Suspects`], [`lost`]. The runtime's count walks all tasks, so it is asked once in
//! as many records.

use std::collections::BTreeSet;

use kettle_events::{Event, Id, Kind, Record, Resource};
use kettle_runtime::Handle;

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::fold::{State, Task};

/// If nothing hints at a lost waker, the runtime is asked once in so many times as many records.
const SELDOM: u64 = 4;

/// Tasks whose wakers nothing seems to hold.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// They wait, and no clone of their wakers is left. Since the last park.
    fresh: BTreeSet<Id>,
    /// A waker is outside kettle, where it may be dropped.
    outside: bool,
    /// The record after which the runtime was last asked.
    asked: u64,
}

impl Suspects {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::Clones { task, count: 0 } => _ = self.fresh.insert(task),
            Event::Clones { .. } => self.outside = true,
            Event::Park { .. } => return self.judge(run, record.seq),
            _ => {}
        }
        Vec::new()
    }

    fn judge(&mut self, run: &Run, now: u64) -> Vec<Lint> {
        let mut all = std::mem::take(&mut self.fresh);
        let every = if self.outside { 1 } else { SELDOM };
        let due = now.saturating_sub(self.asked) >= every * run.fold.alive() as u64;
        if run.now && (due || !all.is_empty()) {
            self.asked = now;
            run.looks_at(run.fold.alive());
            let waiting = waiting();
            let none = |(id, clones, handles): &(Id, usize, usize)| match (clones, handles) {
                (0, 0) => true,
                (0, 1) => is_joined_for_good(run, *id, &waiting),
                _ => false,
            };
            all = waiting.iter().filter(|one| none(one)).map(|(id, ..)| *id).collect();
        }
        let tasks = all.iter().filter_map(|id| run.fold.task(*id));
        let waits = tasks.filter(|task| task.state == State::Waiting && task.kind != Kind::Main);
        let free = waits.filter(|task| run.now || !task.handle);
        free.map(|task| lost(run, task, now)).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.fresh.len()
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
fn is_joined(run: &Run, task: Id) -> bool {
    !run.fold.waiters(Resource::Task(task)).is_empty()
}

/// Does the one task that awaits this handle wait for nothing else, and can nothing abort that one?
fn is_joined_for_good(run: &Run, id: Id, waiting: &[(Id, usize, usize)]) -> bool {
    let joiner = run.fold.waiters(Resource::Task(id)).first().and_then(|waiter| waiter.task);
    waiting.iter().any(|(id, clones, handles)| joiner == Some(*id) && (*clones, *handles) == (1, 0))
}

/// What is said of such a task: that no waker of it is left; or, where nothing can happen any more,
/// that none is called.
pub(super) fn lost(run: &Run, task: &Task, after: u64) -> Lint {
    let name = run.name(task.id);
    let none_left = task.clones == Some(0) || has_none_left(task);
    let (text, note) = if none_left {
        (
            format!("no waker of {name} is left: nothing can wake it"),
            "its last poll returned `Pending`, and no clone of its waker is left anywhere. The \
             loop polls a task again only after a call of its waker",
        )
    } else {
        (
            format!("{name} waits, and no code is left that could wake it"),
            "its waker was stored outside kettle, and has not been called",
        )
    };
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, after);
    let is_main = task.kind == Kind::Main && task.at.is_some();
    let lint = if is_main { lint } else { run.birth(lint, task) };
    let certain = task.clones.is_some_and(|clones| clones > 0) || is_joined(run, task.id);
    Lint { certain, ..lint }.spot(task.at, format!("{name} was last seen here")).note(note).help(
        "a future that returns `Pending` has given the waker of *this* poll to the code that will \
         know when it can go on: each task needs a place of its own for it, and only the newest \
         counts. That code calls `wake()` after the change, also where it ends with an error",
    )
}

/// Does the runtime count no clone of its waker?
fn has_none_left(task: &Task) -> bool {
    waiting().iter().any(|(id, clones, _)| *id == task.id && *clones == 0)
}
