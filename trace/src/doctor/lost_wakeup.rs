//! Has a task lost its wake-up?
//!
//! It returned `Pending`, and nothing is left that could wake it: its waker is stored nowhere, and
//! it did not wake itself. It will never be polled again.
//!
//! Judged at the next park, when every message that was on its way has arrived. A task that has not
//! been polled yet is queued and can't be meant. One with a handle may be there to be aborted: it
//! is judged when nothing is left that could do so, because the thread sleeps for good, waits for
//! no socket, and is the only one.
//!
//! Where nothing can happen any more, a waker that is stored outside of kettle will never be called
//! either.

use kettle_events::{Event, Id, Kind, Outcome, Record, Resource};

use super::lint::{Lint, LintKind};
use super::system::{is_alone, signals_may_come};
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
    why: Why,
}

/// Why will it not be polled again?
#[derive(Clone, Copy, Debug, PartialEq)]
enum Why {
    /// Its poll has left no waker.
    NotStored,
    /// It has left a waker outside of kettle, and nothing is left that could call it.
    NotCalled,
}

impl Suspects {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => {
                if let Some(task) = ward.fold.task(task) {
                    let suspect = Suspect::of(task, Why::NotStored);
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
        let alone = silent && is_alone();
        if alone {
            // Nothing will happen any more, so this is the last look.
            self.now.append(&mut self.later);
            self.now.extend(uncalled(ward));
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
                found.push(lint(ward, task, suspect.why, record.seq));
            }
        }
        found
    }
}

impl Suspect {
    fn of(task: &Task, why: Why) -> Suspect {
        Suspect { task: task.id, polls: task.polls, why }
    }

    fn is_lost(self, task: &Task) -> bool {
        let waits = task.polls == self.polls && task.state == State::Waiting;
        waits && (self.why != Why::NotStored || task.clones == 0 && task.stored() == 0)
    }
}

/// Tasks that wait for code other than kettle's, of which none will run any more. (The host of a
/// local set waits for the tasks in it.)
fn uncalled(ward: &Ward) -> Vec<Suspect> {
    if ward.alive().any(|task| task.kind == Kind::Local) || signals_may_come() {
        return Vec::new();
    }
    let waits = |task: &&Task| task.state == State::Waiting && task.clones > 0;
    let only = ward.alive().filter(waits).filter(|task| ward.awaits(task).is_empty());
    only.map(|task| Suspect::of(task, Why::NotCalled)).collect()
}

/// Could it be aborted? Or is it main, which may stop for good so that the tasks that it has
/// spawned go on?
fn may_be_meant(task: &Task) -> bool {
    task.handles > 0 || task.kind == Kind::Main
}

fn lint(ward: &Ward, task: &Task, why: Why, after: u64) -> Lint {
    let name = ward.name(task.id);
    let text = match why {
        Why::NotStored => format!("{name} returned `Pending` and nobody holds its waker"),
        Why::NotCalled => format!("{name} waits for a wake-up, and no code is left to give it"),
    };
    let note = match why {
        Why::NotStored => {
            "a task is polled again only after its waker has been called: this one hangs forever"
        }
        Why::NotCalled => {
            "its waker was stored outside of kettle. But no timer is set, no socket is waited for, no \
             task is ready, and there is no other thread: nothing will call it"
        }
    };
    let help = match why {
        Why::NotStored => {
            "before a future returns `Pending`, give `cx.waker().clone()` to whoever will know that \
             it can go on, look once more after that, and do so at each poll: only the latest waker \
             counts"
        }
        Why::NotCalled => {
            "whatever changes the state that the task looks at must then take the stored waker and \
             call `wake()` on it. If that was done, another task's waker had taken its place: keep one \
             for each waiting task, for example in a `Vec<Waker>`, and wake them all"
        }
    };
    birth(Lint::new(LintKind::LostWakeup, Some(name), text, after), task)
        .spot(task.at, "the last `.await` of kettle's that it came to")
        .note(note)
        .help(help)
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
