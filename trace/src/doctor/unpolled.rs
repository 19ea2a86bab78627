//! Was a future or a task dropped before it was ever polled?
//!
//! A future does nothing until it is polled. kettle's own futures record it if they are dropped
//! unpolled ([`Event::Unpolled`]), which is reported if it happens in the poll that made the
//! future. It isn't reported if the future's task is aborted or panics, or if a `select!` drops the
//! future.
//!
//! A task is reported if the runtime ended before its first poll, unless `main` returned an error:
//! then it may have left early, and the error is what matters.
//!
//! Interface: [`Dropped`] judges at each record; [`dropped`] judges what a runtime without records
//! has counted; [`end_after_error`] ends a runtime whose `main` returned an error.
//! Invariant: nothing that a published crate makes or spawns is reported.

use std::cell::Cell;

use kettle_events::{Event, Id, Outcome, Place, Record};

use super::lint::{Lint, LintKind, NO_RECORD};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::fold::Task;
use crate::words::names::Name;
use crate::words::whose::is_fetched;

thread_local! {
    /// Is [`end_after_error`] running on this thread?
    static AFTER_ERROR: Cell<bool> = const { Cell::new(false) };
}

/// Drops a runtime whose `main` has returned an error.
pub fn end_after_error<R>(runtime: R) {
    let _reset = Reset(AFTER_ERROR.replace(true));
    drop(runtime);
}

/// Restores the value, also if the runtime's end panics.
struct Reset(bool);

impl Drop for Reset {
    fn drop(&mut self) {
        AFTER_ERROR.set(self.0);
    }
}

/// What the polls in progress have dropped unpolled.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    futures: Vec<DroppedFuture>,
    /// The task in whose poll a `select!` has ended.
    after_select: Option<Id>,
}

#[derive(Debug)]
struct DroppedFuture {
    /// The task in whose poll it was dropped.
    by: Id,
    /// Is reported only if that poll neither panics nor is an abort.
    verdict: Lint,
}

impl Dropped {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::ScopeEnd { .. } => self.after_select = record.task,
            Event::PollStart { .. } => self.after_select = None,
            Event::Unpolled { at, kept: false } if !is_fetched(at.file()) => {
                let task = record.task.filter(|task| self.after_select != Some(*task));
                self.futures.extend(task.map(|by| DroppedFuture {
                    by,
                    verdict: unpolled_future(Some(run.name(by)), at, record.seq),
                }));
            }
            Event::PollEnd { task, outcome, .. } => {
                let own = self.futures.extract_if(.., |it| it.by == task).map(|it| it.verdict);
                let goes_on = matches!(outcome, Outcome::Ready | Outcome::Pending);
                let mut found: Vec<Lint> = own.filter(|_| goes_on).collect();
                // The end of a runtime drops its tasks, which is recorded as a poll of each.
                if !run.fold.is_driven() && outcome == Outcome::Cancelled && !AFTER_ERROR.get() {
                    let ended = run.fold.task(task).filter(|it| it.polls <= 1 && !it.handle);
                    let lint = |it: &Task| unpolled_task((run.name(it.id), it.made), record.seq);
                    found.extend(ended.and_then(lint));
                }
                return found;
            }
            _ => {}
        }
        Vec::new()
    }
}

/// Verdicts from what the runtime has counted; when it ends, also on tasks that were never polled.
pub(super) fn dropped(moment: &Moment) -> Vec<Lint> {
    let (graph, now) = (&moment.graph, moment.now());
    let own = now.unpolled.iter().filter(|it| !is_fetched(it.at.file()));
    let name = |by| graph.task(by).map(name_of);
    let mut found: Vec<Lint> =
        own.map(|it| unpolled_future(name(it.by), it.at, NO_RECORD)).collect();
    if !now.driven && !AFTER_ERROR.get() {
        let never = now.tasks.iter().filter(|it| !it.polled && it.handles == Some(0));
        found.extend(never.filter_map(|task| unpolled_task((name_of(task), task.made), NO_RECORD)));
    }
    found
}

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
fn unpolled_task((name, made): (Name, Option<Place>), after: u64) -> Option<Lint> {
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
