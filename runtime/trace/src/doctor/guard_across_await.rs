//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer or a socket. A lock of kettle's may be kept across an `.await`, nothing breaks;
//! but everybody in its line then waits for the timer, too, one after another. Told of when the
//! lock is released, if somebody has stood in line for [`LONG`] of the machine's time.

use std::time::Duration;

use kettle_runtime::event::{Event, Place, Record, Resource};
use kettle_runtime::id::{Id, Serial};

use super::chart::{Chart, Holder};
use super::lint::span;
use super::patient::{State, Waiting};
use super::{Lint, LintKind};
use crate::names::{Family, Name};
use crate::words::count;

/// Who waits for a lock for so long is kept from his work.
const LONG: Duration = Duration::from_millis(100);

/// Locks that somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Contended {
    locks: Vec<Line>,
}

/// One lock's line.
#[derive(Debug)]
struct Line {
    lock: Serial,
    /// `None`: released, and not yet taken by the first in line.
    holder: Option<Holder>,
    waiters: Vec<Id>,
    /// The holder was found waiting for something slow…
    slow: bool,
    /// … here.
    awaits: Option<Place>,
}

impl Contended {
    pub(super) fn see(&mut self, chart: &Chart, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wait { on: Resource::Lock(lock, _), .. } => self.joins(chart, lock, record),
            Event::LockTake { lock } => self.taken(chart, lock),
            Event::Park { .. } => self.look(chart),
            Event::LockRelease { lock, .. } => return self.released(chart, lock, record),
            _ => {}
        }
        None
    }

    /// Who holds a lock that somebody waits for?
    pub(super) fn holders(&self) -> impl Iterator<Item = Id> {
        self.locks.iter().filter_map(|line| Some(line.holder?.task))
    }

    fn joins(&mut self, chart: &Chart, lock: Serial, record: &Record) {
        let Some(task) = record.task else { return };
        let line = if let Some(index) = self.position(lock) {
            &mut self.locks[index]
        } else {
            let holder = chart.locks.get(&lock.get()).and_then(|lock| lock.holder);
            self.locks.push(Line { lock, holder, waiters: Vec::new(), slow: false, awaits: None });
            self.locks.last_mut().expect("it was pushed")
        };
        if !line.waiters.contains(&task) {
            line.waiters.push(task);
        }
    }

    fn taken(&mut self, chart: &Chart, lock: Serial) {
        if let Some(index) = self.position(lock) {
            self.locks[index].holder = chart.locks.get(&lock.get()).and_then(|lock| lock.holder);
        }
    }

    fn position(&self, lock: Serial) -> Option<usize> {
        self.locks.iter().position(|line| line.lock == lock)
    }

    fn look(&mut self, chart: &Chart) {
        for line in &mut self.locks {
            let Some(holder) = line.holder.and_then(|holder| chart.task(holder.task)) else {
                continue;
            };
            let slow = chart
                .waits(holder)
                .find(|wait| matches!(wait.on, Resource::Timer(_) | Resource::Source(..)));
            if let Some(slow) = slow.filter(|_| holder.state == State::Idle) {
                (line.slow, line.awaits) = (true, slow.at.or(holder.at));
            }
        }
    }

    fn released(&mut self, chart: &Chart, lock: Serial, record: &Record) -> Option<Lint> {
        let index = self.position(lock)?;
        let line = &mut self.locks[index];
        let (holder, awaits) = (line.holder.take(), line.awaits);
        let slow = std::mem::take(&mut line.slow);
        line.waiters.retain(|task| waits_since(chart, *task, lock).is_some());
        let since =
            |task: &Id| waits_since(chart, *task, lock).filter(|_| Some(*task) != at(holder));
        let others = line.waiters.iter().filter_map(since);
        let (waiters, since) = (others.clone().count(), others.min());
        if line.waiters.is_empty() {
            self.locks.swap_remove(index);
        }
        let took = record.real.saturating_sub(since?);
        if took < LONG || !slow {
            return None;
        }
        let taken_at = holder?.at;
        let holder = chart.task(holder?.task).or(chart.gone.as_ref())?;
        let number = chart.locks.get(&lock.get()).map_or(0, |lock| lock.number);
        let lock = Name { family: Family::Lock, number };
        let (name, waiters) = (holder.name(), count(waiters, "other task"));
        let text = format!(
            "{name} kept {lock} across an `.await`, and {waiters} waited {} for it",
            span(took)
        );
        Some(
            Lint::new(LintKind::GuardAcrossAwait, Some(name), text, record.seq)
                .spot(taken_at, "the lock was taken here")
                .spot(awaits, "and kept while this was awaited")
                .spot(Some(holder.made), holder.birth())
                .note(
                    "who needs the lock waits for that, too, each in his turn: what could run side \
                     by side runs one after another",
                )
                .help(
                    "take out of the lock what you need and drop the guard before the `.await`, in \
                     a block of its own or by `drop(guard)`; lock again for the result",
                ),
        )
    }
}

fn at(holder: Option<Holder>) -> Option<Id> {
    holder.map(|holder| holder.task)
}

fn waits_since(chart: &Chart, task: Id, lock: Serial) -> Option<Duration> {
    let on_it = |wait: &&Waiting| matches!(wait.on, Resource::Lock(on, _) if on == lock);
    chart.task(task)?.waits.iter().find(on_it).map(|wait| wait.since)
}
