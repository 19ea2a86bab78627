//! Was a future or a task dropped that nothing had polled?
//!
//! A future does nothing until it is polled. kettle's own futures say when they are dropped
//! unpolled ([`Event::Unpolled`]), and a future is reported if that happens in the poll that made
//! it. Those that had no chance aren't reported: a task holds them when it is aborted or panics, or
//! a `select!` drops them. A task is reported if the runtime ended before its first poll.
//!
//! Interface: [`Dropped`], for records; [`dropped`], for what a runtime has counted. Nothing that a
//! published crate makes or spawns is reported.

use kettle_events::{Event, Id, Outcome, Place, Record};

use super::lint::{Lint, LintKind};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::words::names::Name;
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
                    .map(|(by, at, seq)| of_a_future(Some(run.name(by)), at, seq))
                    .collect();
                // (It is the runtime's end that drops a task.)
                if !run.fold.is_driven() && outcome == Outcome::Cancelled {
                    let gone = run.fold.task(task).filter(|gone| gone.polls <= 1 && !gone.handle);
                    let of = gone.map(|gone| (run.name(gone.id), gone.made));
                    found.extend(of.and_then(|of| of_a_task(of, record.seq)));
                }
                return found;
            }
            _ => {}
        }
        Vec::new()
    }
}

/// From what the runtime has counted; at its end also tasks that were never polled.
pub(super) fn dropped(moment: &Moment) -> Vec<Lint> {
    let (graph, now) = (&moment.graph, moment.now());
    let own = now.unpolled.iter().filter(|it| !is_of_a_package(it.at.file()));
    let name = |by| graph.task(by).map(name_of);
    let mut found: Vec<Lint> = own.map(|it| of_a_future(name(it.by), it.at, 0)).collect();
    if !now.driven {
        let never = now.tasks.iter().filter(|it| !it.polled && it.handles == Some(0));
        found.extend(never.filter_map(|task| of_a_task((name_of(task), task.made), 0)));
    }
    found
}

fn of_a_future(by: Option<Name>, at: Place, after: u64) -> Lint {
    let text = "a future was dropped before it was ever polled".to_owned();
    Lint::new(LintKind::Unpolled, by, text, after)
        .spot(Some(at), "the future was made here")
        .note("a future does nothing until it is polled, so this one has done nothing")
        .help(
            "`.await` it, or `kettle::spawn` it to run it beside the rest. If dropping it was \
             intended, this is right",
        )
}

/// A task that the runtime's end found where it was made. (What drops it is called a poll, too.)
fn of_a_task((name, made): (Name, Option<Place>), after: u64) -> Option<Lint> {
    if made.is_some_and(|made| is_of_a_package(made.file())) {
        return None;
    }
    let text = format!("{name} was dropped before it was ever polled: the runtime ended");
    let lint = Lint::new(LintKind::Unpolled, Some(name), text, after).birth(name, made);
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
