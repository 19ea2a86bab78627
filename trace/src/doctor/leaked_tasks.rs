//! Are there more and more tasks of one kind that do nothing?
//!
//! A hint, and no proof: no event tells a task that was forgotten from one that waits for its next
//! order. [`MANY`] tasks of one line or more have no `JoinHandle`, wait for neither a timer nor a
//! socket, and have not been polled for [`LONG`].
//!
//! Invariant: all tasks are looked at only when they have doubled in number.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Event, Record, Resource};

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::fold::{State, Task};
use crate::words::whose::is_of_a_package;

/// So many tasks of one line aren't an accident.
const MANY: usize = 1000;
/// A task that was polled since then may be at work.
const LONG: Duration = Duration::from_secs(1);

/// When there are so many tasks, they are looked at.
#[derive(Debug)]
pub(super) struct Crowd(usize);

impl Default for Crowd {
    fn default() -> Crowd {
        Crowd(MANY)
    }
}

impl Crowd {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let spawns = matches!(record.event, Event::Spawn { .. });
        if !spawns || run.fold.alive() < self.0 {
            return None;
        }
        self.0 = 2 * run.fold.alive();
        let idle = |task: &&Task| {
            let waits = task.state == State::Waiting && !task.handle;
            waits && record.time.saturating_sub(task.since) >= LONG
        };
        let comes = |on| matches!(on, Resource::Timer(_) | Resource::Source(..));
        let no_end = |task: &&Task| !run.fold.waits_of(task.id).iter().any(|wait| comes(wait.on));
        let mut lines: BTreeMap<_, Vec<&Task>> = BTreeMap::new();
        let own = |task: &&Task| task.made.is_some_and(|made| !is_of_a_package(made.file()));
        for task in run.alive().filter(idle).filter(no_end).filter(own) {
            lines.entry(task.made).or_default().push(task);
        }
        let (at, tasks) = lines.iter().max_by_key(|(_, tasks)| tasks.len())?;
        let (first, number) = (tasks[0], tasks.len());
        if number < MANY {
            return None;
        }
        let text = format!("{number} tasks from one line wait, and have done nothing for a second");
        Some(
            Lint::new(LintKind::LeakedTasks, None, text, record.seq)
                .spot(*at, "they were all spawned here")
                .spot(first.at, format!("{} waits here", run.name(first.id)))
                .note(
                    "they have no `JoinHandle` and wait for neither a timer nor a socket. If their \
                     number grows with the work that is done, it is a leak",
                )
                .help(
                    "make sure that each of them ends, or keep its handle and abort it. If each one \
                     waits for its next order, this is right",
                ),
        )
    }
}
