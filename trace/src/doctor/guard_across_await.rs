//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer, a socket or a job. A lock of kettle's may be kept across an `.await`, nothing breaks; but all tasks that
//! wait for it then wait for the timer, too, one after another. It is told of when the slow wait is over, if a task
//! has waited for the lock meanwhile for [`LONG`] of the machine's time; or as the thread goes to sleep, after [`KEPT`]. An owned guard, and
//! a read guard, may be another one's doing: of these nothing is said.
//!
//! Interface: [`Contended`]. Invariant: only holds of tasks that have not ended, and lines that are not empty, are kept.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Act, Event, Id, Outcome, Place, Record, Resource, SyncKind, Units};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use crate::fold::State;
use crate::words::teller::count;

/// A task that waits for a lock for so long is kept from its work.
const LONG: Duration = Duration::from_millis(200);
/// A guard that is kept for so long with a task that waits is told of while it is kept.
const KEPT: Duration = Duration::from_secs(3);

/// Locks that are held, and those for which tasks wait.
#[derive(Debug, Default)]
pub(super) struct Contended {
    /// The locks that each task holds alone, and where it took them.
    held: BTreeMap<Id, BTreeMap<Id, Option<Place>>>,
    /// Each one's holder.
    holders: BTreeMap<Id, Id>,
    /// Since when there is a line, or since it has moved on.
    lines: BTreeMap<Id, Duration>,
    /// Holders that are in a slow wait.
    slow: BTreeMap<Id, Slow>,
    /// When those were looked at last, as the thread went to sleep.
    looked: Duration,
}

/// A slow wait, by the machine's clock.
#[derive(Clone, Copy, Debug)]
struct Slow {
    since: Duration,
    /// When the timer is due: what it is late by is not its holder's doing.
    due: Duration,
    at: Option<Place>,
}

impl Contended {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wait { on: Resource::Sync(kind, lock, ..), .. } if is_guarded(kind) => {
                self.lines.entry(lock).or_insert(record.real);
            }
            Event::Done { on: Resource::Sync(kind, lock, ..), got: false, .. }
                if is_guarded(kind) =>
            {
                self.moves_on(run, lock, record.real);
            }
            Event::SyncAct { kind, sync: lock, act, units, owned, .. } if is_guarded(kind) => {
                if matches!(act, Act::Take | Act::Release) {
                    self.moves_on(run, lock, record.real);
                    self.ends(lock);
                }
                if let (Act::Take, Units::All, false, Some(task)) = (act, units, owned, record.task)
                {
                    self.holders.insert(lock, task);
                    self.held.entry(task).or_default().insert(lock, record.at.place());
                }
            }
            Event::PollStart { task } => {
                let slow = self.slow.remove(&task)?;
                return self.judge(run, (task, slow), LONG, record);
            }
            Event::PollEnd { task, outcome: Outcome::Pending, .. }
                if self.held.contains_key(&task) =>
            {
                self.slow.extend(Slow::of(run, task, record).map(|slow| (task, slow)));
            }
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                let held = self.held.remove(&task).unwrap_or_default();
                for lock in held.keys() {
                    self.holders.remove(lock);
                }
            }
            Event::Park { .. } if record.real.saturating_sub(self.looked) >= LONG => {
                self.looked = record.real;
                let slow: Vec<_> = self.slow.iter().map(|(task, slow)| (*task, *slow)).collect();
                return slow.into_iter().find_map(|slow| self.judge(run, slow, KEPT, record));
            }
            _ => {}
        }
        None
    }

    /// The hold of this lock is over.
    fn ends(&mut self, lock: Id) {
        let Some(task) = self.holders.remove(&lock) else { return };
        let Some(held) = self.held.get_mut(&task) else { return };
        held.remove(&lock);
        if held.is_empty() {
            self.held.remove(&task);
            self.slow.remove(&task);
        }
    }

    fn moves_on(&mut self, run: &Run, lock: Id, now: Duration) {
        let empty = run.fold.line(lock).next().is_none();
        if empty {
            self.lines.remove(&lock);
        } else if let Some(since) = self.lines.get_mut(&lock) {
            *since = now;
        }
    }

    /// This task has been in a slow wait since then. Has another one waited for a lock of its meanwhile?
    fn judge(
        &self,
        run: &Run,
        (task, Slow { since, due, at }): (Id, Slow),
        least: Duration,
        record: &Record,
    ) -> Option<Lint> {
        let took = |line: Duration| record.real.min(due).saturating_sub(line.max(since));
        let (lock, taken, long) = self.held.get(&task)?.iter().find_map(|(lock, taken)| {
            run.looks_at(1);
            let long = took(*self.lines.get(lock)?);
            (long >= least).then_some((*lock, *taken, long))
        })?;
        let others = run.fold.line(lock).filter(|waiter| waiter.task != Some(task)).count();
        let (name, lock) = (run.name(task), run.thing(lock));
        let text = format!(
            "{name} held {lock} across an `.await`, and {} waited {} for it",
            count(others, "other task"),
            span(long)
        );
        let lint = Lint::new(LintKind::GuardAcrossAwait, Some(name), text, record.seq)
            .spot(taken, format!("{name} took {lock} here"))
            .spot(at, format!("{name} still held {lock} while it awaited this"));
        let lint = run.fold.task(task).map_or(lint.clone(), |task| run.birth(lint, task));
        (others > 0).then(|| {
            lint.note("every task that needs the lock waits for that `.await`, too: work that could overlap does not").help(
                "copy what you need out of the lock and drop the guard before the `.await`, with `drop(guard)` or at the end of \
                 a block; lock again to store the result. If one task at a time is what you want, as on one connection, this \
                 is right",
            )
        })
    }

    pub(super) fn len(&self) -> usize {
        self.held.len() + self.lines.len() + self.slow.len()
    }
}

/// (A `OnceCell` has no guard: what is waited for there is its value.)
fn is_guarded(kind: SyncKind) -> bool {
    matches!(kind, SyncKind::Mutex | SyncKind::RwLock)
}

impl Slow {
    /// A task's wait for a timer, a socket or a job. A timer beside a wait for a lock only limits that.
    fn of(run: &Run, task: Id, record: &Record) -> Option<Slow> {
        let task = run.fold.task(task).filter(|task| task.state == State::Waiting)?;
        let waits = run.few(task);
        if waits.iter().any(|wait| matches!(wait.on, Resource::Sync(kind, ..) if kind.is_lock())) {
            return None;
        }
        let left = |on| match on {
            Resource::Timer(timer) => Some(run.fold.timer(timer)?.due.saturating_sub(record.time)),
            Resource::Source(..) => Some(Duration::MAX),
            Resource::Task(id) => run.fold.job(id).map(|_| Duration::MAX),
            _ => None,
        };
        let (wait, left) = waits.iter().find_map(|wait| Some((wait, left(wait.on)?)))?;
        let (since, at) = (record.real, wait.waiter.at);
        Some(Slow { since, due: since.saturating_add(left), at })
    }
}
