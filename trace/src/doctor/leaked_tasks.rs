//! Are there more and more tasks of one kind that do nothing?
//!
//! A hint, and no proof: each of them might have a purpose. Nothing tells a task that was forgotten
//! from one that waits for its next order. So it is given only where hints were asked for, and only
//! if more than [`MANY`] tasks of one line have no handle, wait for neither a timer nor a socket,
//! have not been polled for [`LONG`], and hardly any task of that line has ended.
//!
//! Invariant: all tasks are looked at only when the tasks of a line have doubled in number.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Event, Kind, Outcome, Place, Record, Resource};

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::fold::{State, Task};
use crate::words::quick::key;
use crate::words::whose::is_of_a_package;

/// So many tasks of one line are no accident.
const MANY: usize = 1000;
/// A task that was polled since then may be at work.
const LONG: Duration = Duration::from_secs(1);

/// The lines at which tasks are spawned, each by the address of its place.
#[derive(Debug, Default)]
pub(super) struct Lines(BTreeMap<usize, Line>);

#[derive(Clone, Copy, Debug)]
struct Line {
    alive: usize,
    ended: usize,
    /// When there are so many, they are looked at.
    next: usize,
}

impl Lines {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Spawn { kind: Kind::Task, at, .. } if !is_of_a_package(at.file()) => {
                let new = Line { alive: 0, ended: 0, next: MANY };
                let line = self.0.entry(key(at)).or_insert(new);
                line.alive += 1;
                if line.alive >= line.next {
                    line.next *= 2;
                    return line.judge(run, at, record);
                }
            }
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                let made = run.fold.task(task).and_then(|task| task.made);
                if let Some(line) = made.and_then(|made| self.0.get_mut(&key(made))) {
                    line.alive = line.alive.saturating_sub(1);
                    line.ended += 1;
                }
            }
            _ => {}
        }
        None
    }
}

impl Line {
    fn judge(self, run: &Run, at: Place, record: &Record) -> Option<Lint> {
        let idle = |task: &&Task| {
            let here = task.made.is_some_and(|made| key(made) == key(at));
            let waits = task.state == State::Waiting && !task.handle;
            here && waits && record.time.saturating_sub(task.since) >= LONG
        };
        let comes = |on| matches!(on, Resource::Timer(_) | Resource::Source(..));
        let no_end = |task: &&Task| !run.open(task).iter().any(|wait| comes(wait.on));
        let mut idle = run.alive().filter(idle).filter(no_end);
        let example = idle.next()?;
        let number = 1 + idle.count();
        if number < MANY || self.ended * 10 > number {
            return None;
        }
        let text = format!("{number} tasks from one line wait, and have done nothing for a second");
        Some(
            Lint::new(LintKind::LeakedTasks, None, text, record.seq)
                .spot(Some(at), "they were all spawned here")
                .spot(example.at, format!("{} waits here", run.name(example.id)))
                .note(
                    "they have no `JoinHandle` and wait for neither a timer nor a socket, and hardly any task \
                     of this line has ended. If their number grows with the work that is done, it is a \
                     leak",
                )
                .help(
                    "make sure that each of them ends, or keep its handle and abort it. If each one waits for its next order, \
                     this is right",
                ),
        )
    }
}
