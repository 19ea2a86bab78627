//! Was a future dropped that nobody had polled?
//!
//! Then what it stands for was not done: a future does nothing until it is polled. One of kettle's
//! own futures says so itself ([`Event::Unpolled`]); of a task it is seen on the chart.
//!
//! A future is told of only if nothing else was polled between its making and its drop, or if it was kept after the
//! poll in which it was made: what was made for a race, and left out of it, was meant to be left out. Not told of
//! are those that had no chance: what a task holds when it is aborted or panics, and what `select!` drops when another
//! branch has won. So what was dropped during a poll is judged when the poll has ended. And the source must show that
//! the future was used for nothing (`statement.rs`).
//! A task is told of if it was spawned by a running one, and the run ended before it was polled; or by any code, if no thread
//! has ever driven the runtime. What a published crate makes or spawns is its own business.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use kettle_events::{Event, Id, MessageKind, Outcome, Place, Record};
use kettle_runtime::is_in_block_on;

use super::cut_short::is_meant;
use super::lint::{Lint, LintKind};
use super::run::Run;
use super::statement::{is_dropped_by, is_in_a_drop};
use crate::fold::Task;
use crate::words::quick::key;
use crate::words::whose::is_of_a_package;

/// Futures that were dropped in the poll that goes on.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    places: Vec<(Id, Place, bool, u64)>,
    /// Is a future that is made there certain to be used for nothing? By the address of the place: each
    /// file is read once for it.
    judged: BTreeMap<(usize, bool), bool>,
    /// In this poll, a branch of a `select!` has won.
    won: Option<Id>,
    /// Tasks that the program has asked to end.
    aborted: BTreeSet<Id>,
    /// A thread drives the runtime. Else a task that is asked to end is asked by the runtime's end…
    driven: bool,
    /// … if not by this message.
    message: Option<MessageKind>,
    /// There was such a thread before.
    ever: bool,
}

impl Dropped {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Vec<Lint> {
        match record.event {
            Event::SelectWin { .. } => self.won = record.task,
            Event::Unpolled { at, kept } => {
                if let Some(task) = record.task.filter(|task| self.won != Some(*task)) {
                    self.places.push((task, at, kept, record.seq));
                }
            }
            Event::PollStart { task } if self.won == Some(task) => self.won = None,
            Event::PollEnd { task, outcome, .. } => {
                let mut found = self.judge(run, task, outcome);
                let aborted = !self.aborted.is_empty() && self.aborted.remove(&task);
                let intended = self.driven || aborted;
                if let Some(gone) = (!intended).then(|| run.fold.task(task)).flatten() {
                    found.extend(never_begun(run, gone, (outcome, self.ever), record.seq));
                }
                return found;
            }
            Event::Message { kind } => self.message = Some(kind),
            Event::Cancel { task }
                if self.driven || self.message.take() == Some(MessageKind::Abort) =>
            {
                self.aborted.insert(task);
            }
            Event::RunStart { .. } => (self.driven, self.ever) = (true, true),
            Event::RunEnd { .. } => (self.driven, self.message) = (false, None),
            _ => {}
        }
        Vec::new()
    }

    fn judge(&mut self, run: &Run, task: Id, outcome: Outcome) -> Vec<Lint> {
        if self.places.is_empty() {
            return Vec::new();
        }
        let mine: Vec<_> = self.places.extract_if(.., |(id, ..)| *id == task).collect();
        if !matches!(outcome, Outcome::Ready | Outcome::Pending) {
            return Vec::new();
        }
        let mut is_mistake = |at: Place, kept| {
            let judge = || !is_of_a_package(at.file()) && is_dropped_by(at, kept);
            *self.judged.entry((key(at), kept)).or_insert_with(judge)
        };
        let mine: Vec<_> =
            mine.into_iter().filter(|(_, at, kept, _)| is_mistake(at, *kept)).collect();
        let name = Some(run.name(task));
        let lint = |(_, at, _, seq)| {
            let text = "a future was dropped before it was ever polled".to_owned();
            Lint::new(LintKind::Unpolled, name, text, seq)
                .spot(Some(at), "the future was made here")
                .note("a future does nothing until it is polled: what this one is for was not done")
                .help(
                    "`.await` it, or `kettle::spawn` it to run it beside the rest; where code can't await, as in `drop`, \
                     `try_send` or a channel without a limit. If dropping it was intended, make it later, where it is \
                     certain to be awaited",
                )
        };
        mine.into_iter().map(lint).collect()
    }
}

/// A task that the runtime's end found where it was made: by a running one, or while no thread had driven the runtime.
fn never_begun(
    run: &Run,
    gone: &Task,
    (outcome, driven): (Outcome, bool),
    after: u64,
) -> Option<Lint> {
    // What drops it is called a poll, too.
    let unpolled = outcome == Outcome::Cancelled && gone.polls <= 1;
    let name = run.name(gone.id);
    let package = gone.made.is_some_and(|made| is_of_a_package(made.file()));
    if !unpolled || gone.handle || package {
        return None;
    }
    let (why, note, cure, or) = if gone.parent.is_some() {
        (
            "the runtime ended",
            "`spawn` only puts a task into the run queue. Its first poll comes when the task that spawned it has to wait for \
             something. When `main` returns, the runtime ends and drops all tasks",
            if gone.made.is_some_and(is_in_a_drop) {
                "let no `drop` spawn it: do it in an `async fn` that is awaited before `main` ends, or in the `drop` by calls \
                 that need no `.await`, as those of `std::fs`"
            } else {
                "keep the handle that `spawn` returns, and `.await` it before `main` ends"
            },
            "",
        )
    } else if !driven && !is_meant() && !thread::panicking() {
        (
            "no thread has driven its runtime, which has ended",
            "a runtime runs its tasks only while a thread is in its `block_on`, and drops them when it is dropped or shut \
             down. `shutdown_timeout` waits for blocking jobs only",
            if run.now && is_in_block_on() {
                "spawn on the runtime that runs already, with `kettle::spawn`, or keep a thread in the other one's `block_on`"
            } else {
                "keep the handle that `spawn` returns, and await it within `runtime.block_on(…)`, before the runtime is shut \
                 down or dropped. For tasks that are to run beside the rest keep a thread there, as with `thread::spawn(move || \
                 runtime.block_on(…))`"
            },
            ", or if the code returned before its `block_on`, as after an error",
        )
    } else {
        return None;
    };
    let text = format!("{name} was dropped before it was ever polled: {why}");
    let lint = run.birth(Lint::new(LintKind::Unpolled, Some(name), text, after), gone);
    Some(
        lint.note(note)
            .help(format!("if its work was to be done, {cure}. If not{or}, this is right")),
    )
}
