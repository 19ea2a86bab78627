//! Has a task lost its wake-up?
//!
//! It returned `Pending`, and nobody is left who could wake it: nothing that it waits for stands on
//! the chart, nobody cloned its waker, and it did not wake itself. It will never be polled again.
//!
//! Judged at the next park, when every wake that was on its way by letter has arrived. A task that
//! has not been polled yet is queued and can't be meant. One that had a handle when it was last
//! polled may be there to be aborted: it is judged when nobody is left to do so, because the thread
//! sleeps for good and is the only one.

use std::time::Duration;

use kettle_runtime::event::{Event, Kind, Outcome, Record, Resource};
use kettle_runtime::id::Id;

use super::system::is_alone;
use super::ward::{Ward, birth, others};
use super::{Lint, LintKind};
use crate::fold::{State, Task};

/// After an answer, nobody asks again for so long, and for so long for each suspect.
const ASKING: Duration = Duration::from_millis(2);
const ASKING_EACH: Duration = Duration::from_micros(100);

/// Tasks that nobody seems to hold.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    /// To be judged at the next park.
    now: Vec<Suspect>,
    /// Somebody may yet end them.
    later: Vec<Suspect>,
    /// Whether the program has other threads is not asked again before that.
    not_before: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Suspect {
    task: Id,
    /// The number of the poll that it came out of.
    polls: u64,
    /// Had it a handle then?
    handle: bool,
}

impl Suspects {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::PollEnd { task, outcome: Outcome::Pending, .. } => {
                if let Some(task) = ward.fold.task(task) {
                    let suspect = Suspect { task: task.id, polls: task.polls, handle: task.handle };
                    if suspect.is_lost(ward, task) {
                        self.now.push(suspect);
                    }
                }
            }
            Event::Park { timeout } => return self.judge(ward, timeout.is_none(), record),
            _ => {}
        }
        Vec::new()
    }

    fn judge(&mut self, ward: &Ward, for_good: bool, record: &Record) -> Vec<Lint> {
        let for_good = for_good && ward.now && !ward.has_jobs();
        let for_good = for_good && record.real >= self.not_before;
        if for_good {
            self.now.append(&mut self.later);
        }
        // To ask costs as much as many events: once for all, and not at each message of a thread.
        let doubtful = |suspect: &Suspect| {
            let task = ward.fold.task(suspect.task);
            task.is_some_and(|task| suspect.is_lost(ward, task) && suspect.may_be_meant(task))
        };
        let alone = for_good && self.now.iter().any(doubtful) && {
            let many = u32::try_from(self.now.len()).unwrap_or(u32::MAX);
            self.not_before = record.real + ASKING + ASKING_EACH.saturating_mul(many);
            is_alone()
        };
        let mut alive = ward.alive();
        let one = alone && alive.next().is_some() && alive.next().is_none();
        let mut found = Vec::new();
        for suspect in self.now.drain(..) {
            let task = ward.fold.task(suspect.task);
            let Some(task) = task.filter(|task| suspect.is_lost(ward, task)) else { continue };
            let certain = if task.kind == Kind::Main { one } else { alone };
            if suspect.may_be_meant(task) && !certain {
                self.later.push(suspect);
            } else {
                found.push(lint(ward, task, record.seq));
            }
        }
        found
    }
}

impl Suspect {
    fn is_lost(&self, ward: &Ward, task: &Task) -> bool {
        let stands = task.polls == self.polls && task.state == State::Waiting;
        stands && others(task, self.handle) == 0 && ward.waits(task.id).is_empty()
    }

    /// Could its end be asked for, by a handle that it had when it was last polled, or by an abort
    /// handle made from that? (A handle in a cell can lie on any thread.) Or is it main, which may
    /// stand still for the sake of those that it has spawned?
    fn may_be_meant(&self, task: &Task) -> bool {
        self.handle || task.is_celled() || task.kind == Kind::Main
    }
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

/// Does `block_on`'s future wait for a task that stands still for ever, or is it one?
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
