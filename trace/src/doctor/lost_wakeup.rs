//! Has a task lost its wake-up?
//!
//! It returned `Pending`, and nothing is left that could wake it: its waker is stored nowhere, and
//! it did not wake itself. It will never be polled again.
//!
//! Judged at the next park, when every message that was on its way has arrived. A task that has not
//! been polled yet is queued and can't be meant. One with a handle may be there to be aborted: it
//! is judged when nothing is left that could do so, because the thread sleeps for good, waits for
//! no socket, and is the only one.

use kettle_events::{Event, Id, Kind, Outcome, Record, Resource};

use super::lint::{Lint, LintKind};
use super::system::is_alone;
use super::ward::{Ward, birth};
use crate::fold::{State, Task};

/// So many suspects may wait before they are looked through.
const MANY: usize = 64;

/// Tasks whose wakers nothing seems to hold.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// To be judged at the next park.
    now: Vec<Suspect>,
    /// They may yet be aborted.
    later: Vec<Suspect>,
    /// When there are so many, those that have ended meanwhile are forgotten.
    most: usize,
}

#[derive(Clone, Copy, Debug)]
struct Suspect {
    task: Id,
    /// The number of the poll that it came out of.
    polls: u64,
}

impl Suspects {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => {
                if let Some(task) = ward.fold.task(task) {
                    let suspect = Suspect { task: task.id, polls: task.polls };
                    if suspect.is_lost(task) {
                        self.now.push(suspect);
                    }
                }
            }
            Event::Park { timeout } => return self.judge(ward, timeout.is_none(), record),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn len(&self) -> usize {
        self.now.len() + self.later.len()
    }

    fn judge(&mut self, ward: &Ward, for_good: bool, record: &Record) -> Vec<Lint> {
        if self.later.len() > self.most {
            ward.looks_at(self.later.len());
            self.later.retain(|suspect| {
                ward.fold.task(suspect.task).is_some_and(|task| suspect.is_lost(task))
            });
            self.most = MANY.max(2 * self.later.len());
        }
        let silent = for_good && ward.now && !ward.has_jobs() && !ward.listens();
        let alone = silent && self.len() > 0 && is_alone();
        if alone {
            // Nothing will happen any more, so this is the last look.
            self.now.append(&mut self.later);
        }
        let mut alive = ward.alive();
        let one = alone && alive.next().is_some() && alive.next().is_none();
        ward.looks_at(self.now.len());
        let mut found = Vec::new();
        for suspect in self.now.drain(..) {
            let task = ward.fold.task(suspect.task);
            let Some(task) = task.filter(|task| suspect.is_lost(task)) else { continue };
            let certain = if task.kind == Kind::Main { one } else { alone };
            if may_be_meant(task) && !certain {
                self.later.push(suspect);
            } else {
                found.push(lint(ward, task, record.seq));
            }
        }
        found
    }
}

impl Suspect {
    fn is_lost(self, task: &Task) -> bool {
        let waits = task.polls == self.polls && task.state == State::Waiting;
        waits && task.clones == 0 && task.stored() == 0
    }
}

/// Could it be aborted? Or is it main, which may stop for good so that the tasks that it has
/// spawned go on?
fn may_be_meant(task: &Task) -> bool {
    task.handles > 0 || task.kind == Kind::Main
}

fn lint(ward: &Ward, task: &Task, after: u64) -> Lint {
    let name = ward.name(task.id);
    let text = format!("{name} returned `Pending` and nobody holds its waker");
    birth(Lint::new(LintKind::LostWakeup, Some(name), text, after), task)
        .spot(task.at, "the last `.await` of kettle's that it came to")
        .note(
            "a task is polled again only after somebody has called its waker: this one stands \
             still for ever",
        )
        .help(
            "before a future returns `Pending`, give `cx.waker().clone()` to whoever will know \
             that it can go on, look once more after that, and do so at each poll: only the latest \
             waker counts",
        )
}

/// Does `block_on`'s future wait for a task that is lost, or is it lost itself?
pub(super) fn is_behind_it_all(ward: &Ward) -> bool {
    let mut at = ward.main();
    for _ in ward.alive() {
        let Some(task) = at else { return true };
        match ward.waits(task.id).first().map(|wait| wait.on) {
            None => return true,
            Some(Resource::Task(task)) => at = ward.fold.task(task),
            Some(_) => return false,
        }
    }
    false
}
