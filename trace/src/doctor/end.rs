//! What did the end of `main` leave unfinished?
//!
//! Interface, one for each of three notes. `after` is the number of the last record that a note
//! follows from, or `NO_RECORD`.
//! - [`End`]: the runtime drops its waiting tasks. Most programs mean to drop them, so this note
//!   must be asked for.
//! - [`unended_jobs`], for the doctor's thread (`watch.rs`): blocking jobs go on after the end of
//!   `block_on`.
//! - [`AtALimit`]: a time limit (a `timeout`, or a `sleep` in a `select!`) ended `main`'s wait, and
//!   `main` then panicked. The note has the waits that were open before. Without the limit, they
//!   might be a certain hang.

use std::thread;

use kettle_events::{Cause, Event, Id, Kind, Outcome, Record};

use super::lint::{Lint, LintKind, NO_RECORD};
use super::moment::Moment;
use super::run::Run;
use super::table::{MAX_SHOWN, table};
use crate::fold::Task;
use crate::words::teller::count;

/// Notes which tasks the end of a run has dropped.
#[derive(Debug, Default)]
pub(super) struct End {
    has_main_returned: bool,
    /// Has the run ended after that, so that the next abort is the first of the runtime's own?
    awaits_first_abort: bool,
}

impl End {
    /// The tasks are listed when the runtime aborts the first of them. (At the end of the run they
    /// can't be, because another `block_on` may go on with them.)
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { .. } => *self = End::default(),
            Event::PollEnd { task, outcome: Outcome::Ready, .. } => {
                self.has_main_returned |= run.main().is_some_and(|main| main.id == task);
            }
            Event::RunEnd { .. } => self.awaits_first_abort = self.has_main_returned,
            Event::Cancel { task } if self.awaits_first_abort => {
                self.awaits_first_abort = false;
                return dropped_tasks(run, task, record.seq);
            }
            _ => {}
        }
        None
    }
}

/// The waiting tasks that a runtime drops. It has just aborted the first.
fn dropped_tasks(run: &Run, first: Id, after: u64) -> Option<Lint> {
    let has_waited = |task: &&Task| task.kind == Kind::Task && task.polls > 0;
    // The program itself has aborted the others whose end was asked for.
    let is_dropped = |task: &&Task| task.id == first || !task.cancelled;
    let tasks: Vec<Id> =
        run.alive().filter(has_waited).filter(is_dropped).map(|task| task.id).collect();
    if tasks.is_empty() {
        return None;
    }
    let were = if tasks.len() == 1 { "was" } else { "were" };
    let text =
        format!("the runtime ended, and {} {were} dropped", count(tasks.len(), "waiting task"));
    let lint = Lint::new(LintKind::End, None, text, after);
    Some(run.judge(|moment| table(moment, &tasks, lint)).help(
        "if their work was to be done: keep the handles that `spawn` returns, and await them \
         before `main` returns",
    ))
}

/// The note that blocking jobs go on after the end of `block_on`, if there are any.
pub(super) fn unended_jobs(moment: &Moment, after: u64) -> Option<Lint> {
    let jobs = moment.now().jobs.len();
    if jobs == 0 {
        return None;
    }
    let (jobs, go) = (count(jobs, "blocking job"), if jobs == 1 { "goes" } else { "go" });
    let text = format!("`block_on` is over, and {jobs} {go} on");
    Some(table(moment, &[], Lint::new(LintKind::End, None, text, after)).help(
        "a runtime that is dropped waits for its blocking jobs: let each come to an end, or end \
         the runtime by `shutdown_background`, which waits for none",
    ))
}

/// Notes which waits were open when a time limit ended a wait of `main`'s, until that poll ends.
///
/// If events are recorded, `before_step` and `step` are called for each record; if the runtime only
/// shows snapshots of itself, `look` is called with each.
#[derive(Debug, Default)]
pub(super) struct AtALimit {
    /// The note with those waits, which is given if the poll panics.
    note_if_main_panics: Option<Lint>,
    /// How many polls had begun or ended when `look` made that note.
    polls: u64,
}

impl AtALimit {
    /// Called before the record is applied to the state that the doctor rebuilds. If a `timeout` or
    /// a `select!` ends with the record, the waits in it are still open in this state.
    pub(super) fn before_step(&mut self, run: &Run, record: &Record) {
        if let Event::ScopeEnd { won: Some(_), .. } = record.event
            && let Some(note) = open_at_limit(run, record)
        {
            self.note_if_main_panics = Some(note);
        }
    }

    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let Event::PollEnd { task, outcome } = record.event else { return None };
        run.main().filter(|main| main.id == task)?;
        let note = self.note_if_main_panics.take();
        if outcome == Outcome::Panicked { note } else { None }
    }

    /// The first look, as the limit ends the wait, stores what is open. The second reports it, if
    /// that poll has panicked.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let snapshot = moment.now();
        if snapshot.at_a_limit {
            let tasks: Vec<_> = snapshot.tasks.iter().map(|task| task.id).take(MAX_SHOWN).collect();
            let main = moment.graph.main().filter(|main| snapshot.running.contains(&main.id));
            self.note_if_main_panics = main.map(|_| open_waits(moment, &tasks, NO_RECORD));
            self.polls = snapshot.polls;
            return None;
        }
        let note = self.note_if_main_panics.take();
        let is_same_poll = snapshot.polls <= self.polls + 1;
        if is_same_poll && thread::panicking() { note } else { None }
    }
}

/// What waits as a `timeout` or a `select!` of `main`'s ends, if a timer has woken `main`?
fn open_at_limit(run: &Run, record: &Record) -> Option<Lint> {
    let main = run.main()?;
    let is_by_timer = main.woken_by.is_some_and(|wake| wake.by == Cause::Timer);
    // A `main` with more stored wakers isn't judged: it would take long at each `select!`'s end.
    if record.task != Some(main.id) || !is_by_timer || main.stored() > MAX_SHOWN {
        return None;
    }
    let tasks: Vec<Id> = run.alive().map(|task| task.id).take(MAX_SHOWN).collect();
    Some(run.judge_of(&tasks, |moment| open_waits(moment, &tasks, record.seq)))
}

fn open_waits(moment: &Moment, tasks: &[Id], after: u64) -> Lint {
    let text = "a limit of time ended main's wait, and main panicked: these waits were open";
    table(moment, tasks, Lint::new(LintKind::End, None, text.to_owned(), after))
}
