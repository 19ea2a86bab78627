//! What did the end of `main` leave unfinished?
//!
//! There are three notes:
//! - [`End`]: the runtime drops its waiting tasks. Most programs mean to drop them, so this note
//!   must be asked for.
//! - [`unended_jobs`], for the doctor's thread (`watch.rs`): the process goes on after `main`
//!   because of a blocking job.
//! - [`AtALimit`]: a time limit (a `timeout`, or a `sleep` in a `select!`) ended `main`'s wait, and
//!   `main` then panicked. The note has the waits that were open before. Without the limit, they
//!   might be a certain hang.

use std::thread;

use kettle_events::{Cause, Event, Id, Kind, Outcome, Record};

use super::lint::{Lint, LintKind, NO_RECORD};
use super::moment::Moment;
use super::run::Run;
use super::table::{MAX_SHOWN, table};
use crate::words::teller::count;

/// Notes which tasks the end of a run has dropped.
#[derive(Debug, Default)]
pub(super) struct End {
    /// Has `main` returned?
    returned: bool,
    /// Has the run ended after that, and no task been dropped yet?
    over: bool,
}

impl End {
    /// The tasks are listed when the runtime aborts the first of them. (At the end of the run they
    /// can't be, because another `block_on` may go on with them.)
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { .. } => *self = End::default(),
            Event::PollEnd { task, outcome: Outcome::Ready, .. } => {
                self.returned |= run.main().is_some_and(|main| main.id == task);
            }
            Event::RunEnd { .. } => self.over = self.returned,
            Event::Cancel { task } if std::mem::take(&mut self.over) => {
                return dropped_tasks(run, task, record.seq);
            }
            _ => {}
        }
        None
    }
}

/// The waiting tasks that a runtime drops, of which `first` is the first.
fn dropped_tasks(run: &Run, first: Id, after: u64) -> Option<Lint> {
    let own = run.alive().filter(|task| task.kind == Kind::Task && task.polls > 0);
    let own = own.filter(|task| task.id == first || !task.cancelled);
    let tasks: Vec<Id> = own.map(|task| task.id).collect();
    let were = if tasks.len() == 1 { "was" } else { "were" };
    let waiting = count(tasks.len(), "waiting task");
    let text = format!("the runtime ended, and {waiting} {were} dropped");
    let lint = Lint::new(LintKind::End, None, text, after);
    (!tasks.is_empty()).then(|| {
        run.judge(|moment| table(moment, &tasks, lint)).help(
            "if their work was to be done: keep the handles that `spawn` returns, and await them \
             before `main` returns",
        )
    })
}

/// A note, if `main` has ended and blocking jobs keep the process.
pub(super) fn unended_jobs(moment: &Moment, after: u64) -> Lint {
    let jobs = moment.now().jobs.len();
    let keep = if jobs == 1 { "keeps" } else { "keep" };
    let text = format!("main is over, and {} {keep} the process", count(jobs, "blocking job"));
    table(moment, &[], Lint::new(LintKind::End, None, text, after)).help(
        "a runtime that is dropped waits for its blocking jobs: let each come to an end, or end \
         the runtime by `shutdown_background`, which waits for none",
    )
}

/// Notes which waits were open when a time limit ended a wait of `main`'s, until that poll ends.
///
/// If events are recorded, `before_step` and `step` are called for each record; if the runtime only
/// shows snapshots of itself, `look` is called with each.
#[derive(Debug, Default)]
pub(super) struct AtALimit {
    /// The note with those waits, which is given if the poll panics.
    open: Option<Lint>,
    /// For `look`: how many polls had begun or ended when `open` was set.
    polls: u64,
}

impl AtALimit {
    /// Before the record is applied to the state that the doctor rebuilds. If a `timeout` or a
    /// `select!` ends with it, the waits in that are still open in this state.
    pub(super) fn before_step(&mut self, run: &Run, record: &Record) {
        if let Event::ScopeEnd { won: Some(_), .. } = record.event
            && let Some(note) = open_at_limit(run, record)
        {
            self.open = Some(note);
        }
    }

    pub(super) fn step(&mut self, record: &Record) -> Option<Lint> {
        let Event::PollEnd { outcome, .. } = record.event else { return None };
        self.open.take().filter(|_| outcome == Outcome::Panicked)
    }

    /// The first look, as the limit ends the wait, stores what is open. The second reports it, if
    /// that poll has panicked.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let now = moment.now();
        if now.at_a_limit {
            let tasks: Vec<Id> = now.tasks.iter().map(|task| task.id).take(MAX_SHOWN).collect();
            let is_main = moment.graph.main().is_some_and(|main| now.running.contains(&main.id));
            self.open = is_main.then(|| table(moment, &tasks, at_a_limit(NO_RECORD)));
            self.polls = now.polls;
            return None;
        }
        let is_same_poll = now.polls <= self.polls + 1;
        self.open.take().filter(|_| is_same_poll && thread::panicking())
    }
}

/// If a timer woke `main`: what waits as a `timeout` or a `select!` of `main`'s ends?
fn open_at_limit(run: &Run, record: &Record) -> Option<Lint> {
    // A `main` with more stored wakers isn't judged: it would take long at each `select!`'s end.
    let main =
        run.main().filter(|main| record.task == Some(main.id) && main.stored() <= MAX_SHOWN)?;
    main.woken_by.filter(|wake| wake.by == Cause::Timer)?;
    let tasks: Vec<Id> = run.alive().map(|task| task.id).take(MAX_SHOWN).collect();
    Some(run.judge_of(&tasks, |moment| table(moment, &tasks, at_a_limit(record.seq))))
}

fn at_a_limit(after: u64) -> Lint {
    let text = "a limit of time ended main's wait, and main panicked: these waits were open";
    Lint::new(LintKind::End, None, text.to_owned(), after)
}
