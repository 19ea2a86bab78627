//! Was a future or a task dropped that nothing had polled?
//!
//! A future does nothing until it is polled. kettle's own futures say when they are dropped
//! unpolled ([`Event::Unpolled`]), and a future is reported if that happens in the poll that made
//! it. Those that had no chance aren't reported: a task holds them when it is aborted or panics, or
//! a `select!` drops them. A task is reported if the runtime ended before its first poll.
//!
//! Interface: [`Dropped`]. What a published crate makes or spawns isn't reported.

use kettle_events::{Event, Id, Outcome, Place, Record};

use super::lint::{Lint, LintKind};
use super::run::Run;
use crate::fold::Task;
use crate::words::whose::is_of_a_package;

/// Futures that were dropped in the poll that goes on.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    places: Vec<(Id, Place, u64)>,
    /// The task in whose poll a `select!` has ended.
    selects: Option<Id>,
}

impl Dropped {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::ScopeEnd { .. } => self.selects = record.task,
            Event::PollStart { .. } => self.selects = None,
            Event::Unpolled { at, kept: false } if !is_of_a_package(at.file()) => {
                let task = record.task.filter(|task| self.selects != Some(*task));
                self.places.extend(task.map(|task| (task, at, record.seq)));
            }
            Event::PollEnd { task, outcome, .. } => {
                let mine = self.places.extract_if(.., |(by, ..)| *by == task);
                let goes_on = matches!(outcome, Outcome::Ready | Outcome::Pending);
                let mut found: Vec<Lint> = mine
                    .filter(|_| goes_on)
                    .map(|(by, at, seq)| of_a_future(run, by, at, seq))
                    .collect();
                // (It is the runtime's end that drops a task.)
                if !run.fold.is_driven() && outcome == Outcome::Cancelled {
                    let gone = run.fold.task(task);
                    found.extend(gone.and_then(|gone| of_a_task(run, gone, record.seq)));
                }
                return found;
            }
            _ => {}
        }
        Vec::new()
    }
}

fn of_a_future(run: &Run, by: Id, at: Place, after: u64) -> Lint {
    let text = "a future was dropped before it was ever polled".to_owned();
    Lint::new(LintKind::Unpolled, Some(run.name(by)), text, after)
        .spot(Some(at), "the future was made here")
        .note("a future does nothing until it is polled, so this one has done nothing")
        .help(
            "`.await` it, or `kettle::spawn` it to run it beside the rest. If dropping it was \
             intended, this is right",
        )
}

/// A task that the runtime's end found where it was made. (What drops it is called a poll, too.)
fn of_a_task(run: &Run, gone: &Task, after: u64) -> Option<Lint> {
    let package = gone.made.is_some_and(|made| is_of_a_package(made.file()));
    if gone.polls > 1 || gone.handle || package {
        return None;
    }
    let name = run.name(gone.id);
    let text = format!("{name} was dropped before it was ever polled: the runtime ended");
    let lint = run.birth(Lint::new(LintKind::Unpolled, Some(name), text, after), gone);
    Some(
        lint.note(
            "`spawn` only puts a task into the run queue. It is polled while a thread is in its \
             runtime's `block_on`, and when that has returned, the runtime's end drops all tasks",
        )
        .help(
            "if its work was to be done, keep the handle that `spawn` returns, and `.await` it \
             before `main` ends. If not, this is right",
        ),
    )
}
