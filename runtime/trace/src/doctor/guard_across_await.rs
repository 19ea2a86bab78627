//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer or a socket. A lock of kettle's may be kept across an `.await`, nothing breaks;
//! but everybody in its line then waits for the timer, too, one after another. Told of when the
//! lock is released, if somebody has stood in line for [`LONG`] of the machine's time.

use std::time::Duration;

use kettle_runtime::event::{Event, Place, Record, Resource};
use kettle_runtime::id::{Id, Serial};

use super::lint::span;
use super::ward::{Ward, birth};
use super::{Lint, LintKind};
use crate::fold::{Holder, State};
use crate::words::count;

/// Who waits for a lock for so long is kept from his work.
const LONG: Duration = Duration::from_millis(200);

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
    /// By the machine's clock, as far as it was seen.
    taken: Duration,
    /// Since when, by the same.
    waiters: Vec<(Id, Duration)>,
    /// The holder was found waiting for something slow…
    slow: bool,
    /// … here.
    awaits: Option<Place>,
}

impl Contended {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wait { on: Resource::Lock(lock, _), .. } => self.joins(ward, lock, record),
            Event::LockTake { lock } => self.taken(ward, lock, record),
            Event::Unwait { on: Resource::Lock(lock, _) } => self.leaves(lock, record.task),
            Event::Park { .. } => self.look(ward),
            Event::LockRelease { lock, .. } => return self.released(ward, lock, record),
            _ => {}
        }
        None
    }

    /// Who holds a lock that somebody waits for?
    pub(super) fn holders(&self) -> impl Iterator<Item = Id> {
        self.locks.iter().filter_map(|line| line.holder?.task)
    }

    fn joins(&mut self, ward: &Ward, lock: Serial, record: &Record) {
        let Some(task) = record.task else { return };
        let index = self.position(lock).unwrap_or_else(|| {
            let holder = ward.holder_of(lock);
            let (taken, waiters) = (record.real, Vec::new());
            self.locks.push(Line { lock, holder, taken, waiters, slow: false, awaits: None });
            self.locks.len() - 1
        });
        let waiters = &mut self.locks[index].waiters;
        if waiters.iter().all(|(known, _)| *known != task) {
            waiters.push((task, record.real));
        }
    }

    fn taken(&mut self, ward: &Ward, lock: Serial, record: &Record) {
        self.leaves(lock, record.task);
        if let Some(index) = self.position(lock) {
            let line = &mut self.locks[index];
            (line.holder, line.taken) = (ward.holder_of(lock), record.real);
        }
    }

    fn leaves(&mut self, lock: Serial, task: Option<Id>) {
        if let Some(index) = self.position(lock) {
            let waiters = &mut self.locks[index].waiters;
            waiters.retain(|(waiter, _)| Some(*waiter) != task);
            if waiters.is_empty() {
                self.locks.swap_remove(index);
            }
        }
    }

    fn position(&self, lock: Serial) -> Option<usize> {
        self.locks.iter().position(|line| line.lock == lock)
    }

    fn look(&mut self, ward: &Ward) {
        for line in &mut self.locks {
            let holder = line.holder.and_then(|holder| ward.fold.task(holder.task?));
            let Some(holder) = holder.filter(|holder| holder.state == State::Waiting) else {
                continue;
            };
            let slow = |on| matches!(on, Resource::Timer(_) | Resource::Source(..));
            if let Some(slow) = ward.awaits(holder).iter().find(|wait| slow(wait.on)) {
                (line.slow, line.awaits) = (true, slow.waiter.at.or(holder.at));
            }
        }
    }

    fn released(&mut self, ward: &Ward, lock: Serial, record: &Record) -> Option<Lint> {
        let index = self.position(lock)?;
        let line = &mut self.locks[index];
        let (holder, slow) = (line.holder.take()?, std::mem::take(&mut line.slow));
        let others = line.waiters.iter().filter(|(task, _)| Some(*task) != holder.task);
        let first = others.clone().map(|(_, since)| *since).min()?;
        let took = record.real.saturating_sub(first.max(line.taken));
        if took < LONG || !slow {
            return None;
        }
        let task = ward.fold.task(holder.task?)?;
        let (name, lock, waiters) =
            (ward.name(task.id), ward.thing(lock), count(others.count(), "other task"));
        let text = format!(
            "{name} kept {lock} across an `.await`, and {waiters} waited {} for it",
            span(took)
        );
        let verdict = Lint::new(LintKind::GuardAcrossAwait, Some(name), text, record.seq)
            .spot(holder.at, "the lock was taken here")
            .spot(line.awaits, "and kept while this was awaited");
        Some(
            birth(verdict, task)
                .note(
                    "who needs the lock waits for that, too, each in his turn: what could run side \
                     by side runs one after another",
                )
                .help(
                    "take out of the lock what you need and drop the guard before the `.await`, in \
                     a block of its own or by `drop(guard)`; lock again for the result. If one after \
                     another is what you want, as on one connection, this is right",
                ),
        )
    }
}
