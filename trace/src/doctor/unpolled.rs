//! Was a future or a task dropped before it was ever polled?
//!
//! A future does nothing until it is polled. kettle's own futures record it if they are dropped
//! unpolled ([`Event::Unpolled`]), which is reported if it happens in the poll that made the
//! future. It isn't reported if the future's task is aborted or panics, or if a combinator such as
//! `select!` has ended in that poll: it may have dropped the future on purpose.
//!
//! A task is reported if the runtime ended before its first poll, unless `main` returned an error:
//! then it may have left early, and the error is what matters.
//!
//! Interface: [`end_after_error`] ends a runtime whose `main` returned an error; [`Dropped`] judges
//! at each record; [`dropped`] judges what a runtime without records has counted.
//! Invariant: nothing is reported that a fetched crate (from a registry or git) makes or spawns.

use std::cell::Cell;

use kettle_events::{Event, Id, Outcome, Place, Record};

use super::lint::{Lint, LintKind, NO_RECORD};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::words::names::Name;
use crate::words::whose::is_fetched;

thread_local! {
    /// Is [`end_after_error`] running on this thread?
    static AFTER_ERROR: Cell<bool> = const { Cell::new(false) };
}

/// Drops a runtime whose `main` has returned an error.
pub fn end_after_error<R>(runtime: R) {
    let _restore = Restore(AFTER_ERROR.replace(true));
    drop(runtime);
}

/// Restores [`AFTER_ERROR`], also if the runtime's end panics.
struct Restore(bool);

impl Drop for Restore {
    fn drop(&mut self) {
        AFTER_ERROR.set(self.0);
    }
}

/// What the polls in progress have dropped unpolled.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    futures: Vec<DroppedFuture>,
    /// The task in whose present poll a combinator has ended, which may drop unpolled branches.
    after_combinator: Option<Id>,
}

#[derive(Debug)]
struct DroppedFuture {
    /// The task in whose poll the future was dropped.
    by: Id,
    /// Is reported only if that poll neither panics nor is an abort.
    verdict: Lint,
}

impl Dropped {
    /// Takes a record. At the end of a poll, gives the verdicts on what it dropped unpolled.
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::ScopeEnd { .. } => self.after_combinator = record.task,
            Event::PollStart { .. } => self.after_combinator = None,
            // (If it was `kept`, a later poll than the one that made it has dropped it.)
            Event::Unpolled { at, kept: false } if !is_fetched(at.file()) => {
                if let Some(by) = record.task
                    && self.after_combinator != Some(by)
                {
                    let verdict = unpolled_future(Some(run.name(by)), at, record.seq);
                    self.futures.push(DroppedFuture { by, verdict });
                }
            }
            Event::PollEnd { task, outcome, .. } => {
                let of_this_poll = self.futures.extract_if(.., |future| future.by == task);
                let mut found: Vec<Lint> = of_this_poll.map(|future| future.verdict).collect();
                if matches!(outcome, Outcome::Panicked | Outcome::Cancelled) {
                    found.clear();
                }
                // A runtime's end, after `block_on`, drops its tasks: a poll of each is recorded.
                let is_end_of_runtime = !run.fold.is_driven() && outcome == Outcome::Cancelled;
                if is_end_of_runtime && !AFTER_ERROR.get() {
                    found.extend(never_polled(run, task, record.seq));
                }
                return found;
            }
            _ => {}
        }
        Vec::new()
    }
}

/// The verdict on a task that the runtime's end drops, if no handle was left, and the poll that
/// drops it, which is counted, is its first.
fn never_polled(run: &Run, task: Id, after: u64) -> Option<Lint> {
    let task = run.fold.task(task)?;
    if task.polls > 1 || task.handle {
        return None;
    }
    unpolled_task(run.name(task.id), task.made, after)
}

/// Verdicts from what the runtime has counted; when it ends, also on tasks that were never polled.
pub(super) fn dropped(moment: &Moment) -> Vec<Lint> {
    let (graph, snapshot) = (&moment.graph, moment.now());
    let mut found = Vec::new();
    for future in snapshot.unpolled.iter().filter(|future| !is_fetched(future.at.file())) {
        let by = graph.task(future.by).map(name_of);
        found.push(unpolled_future(by, future.at, NO_RECORD));
    }
    let is_end_of_runtime = !snapshot.driven;
    if is_end_of_runtime && !AFTER_ERROR.get() {
        for task in snapshot.tasks.iter().filter(|task| !task.polled && task.handles == Some(0)) {
            found.extend(unpolled_task(name_of(task), task.made, NO_RECORD));
        }
    }
    found
}

/// The verdict on a future that was made at this place and dropped by this task. `after` is the
/// number of the last record that it follows from, or `NO_RECORD`.
fn unpolled_future(by: Option<Name>, at: Place, after: u64) -> Lint {
    let text = "a future was dropped before it was ever polled".to_owned();
    Lint::new(LintKind::Unpolled, by, text, after)
        .spot(Some(at), "the future was made here")
        .note("a future does nothing until it is polled, so this one has done nothing")
        .help(
            "`.await` it, or `kettle::spawn` it to run it beside the rest. If dropping it was \
             intended, this is right",
        )
}

/// The verdict on a task that the runtime's end has dropped, unless a published crate spawned it.
fn unpolled_task(name: Name, made: Option<Place>, after: u64) -> Option<Lint> {
    if made.is_some_and(|made| is_fetched(made.file())) {
        return None;
    }
    let text = format!("{name} was dropped before it was ever polled: the runtime ended");
    let lint = Lint::new(LintKind::Unpolled, Some(name), text, after).birth(name, made).note(
        "`spawn` only puts a task into the run queue. It is polled while a thread is in its \
         runtime's `block_on`, and when that has returned, the runtime's end drops all tasks",
    );
    Some(lint.help(
        "if its work was to be done, keep the handle that `spawn` returns, and `.await` it before \
         `main` ends. If not, this is right",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct PanicsAtItsEnd;

    impl Drop for PanicsAtItsEnd {
        fn drop(&mut self) {
            panic!("as it was made to");
        }
    }

    #[test]
    fn a_runtime_whose_end_panics_silences_no_other() {
        let ended = std::panic::catch_unwind(|| end_after_error(PanicsAtItsEnd));
        assert!(ended.is_err() && !AFTER_ERROR.get());
    }
}
