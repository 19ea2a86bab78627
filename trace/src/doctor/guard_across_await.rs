//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer or a socket. A lock of kettle's may be kept across an `.await`, nothing breaks;
//! but everybody in its line then waits for the timer, too, one after another. Told of when the
//! lock is released, if somebody has stood in line for [`LONG`] of the machine's time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Event, Id, Place, Record, Resource, Serial};

use super::lint::span;
use super::lint::{Lint, LintKind};
use super::ward::{Ward, birth};
use crate::fold::{Holder, State};
use crate::words::teller::count;

/// Who waits for a lock for so long is kept from his work.
const LONG: Duration = Duration::from_millis(200);

/// Locks that somebody waits for.
#[derive(Debug, Default)]
pub(super) struct Contended {
    locks: BTreeMap<Serial, Line>,
}

/// One lock's line.
#[derive(Debug)]
struct Line {
    /// `None`: released, and not yet taken by the first in line.
    holder: Option<Holder>,
    /// By the machine's clock, as far as it was seen.
    taken: Duration,
    /// By their tickets: who, and since when, by the same. So the first has waited longest.
    waiters: BTreeMap<usize, (Id, Duration)>,
    /// The holder was found waiting for something slow…
    slow: bool,
    /// … here.
    awaits: Option<Place>,
}

impl Contended {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wait { on: Resource::Lock(lock, ticket), .. } => {
                self.joins(ward, lock, ticket, record);
            }
            Event::LockTake { lock } => self.taken(ward, lock, record),
            Event::Unwait { on: Resource::Lock(lock, ticket) } => self.leaves(lock, ticket),
            Event::Park { .. } => self.look(ward),
            Event::LockRelease { lock, .. } => return self.released(ward, lock, record),
            _ => {}
        }
        None
    }

    /// Who holds a lock that somebody waits for?
    pub(super) fn holders(&self) -> impl Iterator<Item = Id> {
        self.locks.values().filter_map(|line| line.holder?.task)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.locks.len()
    }

    fn joins(&mut self, ward: &Ward, lock: Serial, ticket: usize, record: &Record) {
        let Some(task) = record.task else { return };
        let line = self.locks.entry(lock).or_insert_with(|| Line {
            holder: ward.holder_of(lock),
            taken: record.real,
            waiters: BTreeMap::new(),
            slow: false,
            awaits: None,
        });
        line.waiters.entry(ticket).or_insert((task, record.real));
    }

    /// Only the first in line can take a lock that has a line.
    fn taken(&mut self, ward: &Ward, lock: Serial, record: &Record) {
        let Some(line) = self.locks.get_mut(&lock) else { return };
        (line.holder, line.taken) = (ward.holder_of(lock), record.real);
        let first = line.waiters.first_key_value();
        let turn = first.filter(|(_, (task, _))| Some(*task) == record.task);
        if let Some(ticket) = turn.map(|(ticket, _)| *ticket) {
            self.leaves(lock, ticket);
        }
    }

    fn leaves(&mut self, lock: Serial, ticket: usize) {
        let Some(line) = self.locks.get_mut(&lock) else { return };
        line.waiters.remove(&ticket);
        if line.waiters.is_empty() {
            self.locks.remove(&lock);
        }
    }

    fn look(&mut self, ward: &Ward) {
        for line in self.locks.values_mut() {
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
        let line = self.locks.get_mut(&lock)?;
        let (holder, slow) = (line.holder.take()?, std::mem::take(&mut line.slow));
        let others = || line.waiters.values().filter(|(task, _)| Some(*task) != holder.task);
        let (_, first) = *others().next()?;
        let took = record.real.saturating_sub(first.max(line.taken));
        if took < LONG || !slow {
            return None;
        }
        let task = ward.fold.task(holder.task?)?;
        let others: BTreeSet<Id> = others().map(|(task, _)| *task).collect();
        let (name, lock, waiters) =
            (ward.name(task.id), ward.thing(lock), count(others.len(), "other task"));
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
