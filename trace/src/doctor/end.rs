//! What does the end of a run leave behind?
//!
//! Two notes, and no judgement. One lists the tasks that the end has dropped, with their open
//! waits; most programs mean that, so it comes only if it is asked for. The other is for a process
//! that a blocking job keeps although `main` is over: which job, and where it was asked for.
//!
//! Interface: [`End`], [`unended`] (for `watch.rs`).

use kettle_events::{Event, Id, Kind, Outcome, Record};

use super::lint::{Lint, LintKind};
use super::moment::Moment;
use super::run::Run;
use super::table::table;
use crate::words::teller::count;

/// Is the run over?
#[derive(Debug, Default)]
pub(super) struct End {
    returned: bool,
    over: bool,
}

impl End {
    /// The tasks are listed when the first of them is asked to end, since a runtime that is driven
    /// once more goes on with them.
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { .. } => *self = End::default(),
            Event::PollEnd { task, outcome: Outcome::Ready, .. } => {
                self.returned |= run.main().is_some_and(|main| main.id == task);
            }
            Event::RunEnd { .. } => self.over = self.returned,
            Event::Cancel { task: first } if std::mem::take(&mut self.over) => {
                let own = run.alive().filter(|task| task.kind == Kind::Task && task.polls > 0);
                let own = own.filter(|task| task.id == first || !task.cancelled);
                let tasks: Vec<Id> = own.map(|task| task.id).collect();
                let were = if tasks.len() == 1 { "was" } else { "were" };
                let text = format!(
                    "the runtime ended, and {} {were} dropped",
                    count(tasks.len(), "waiting task")
                );
                let lint = Lint::new(LintKind::End, None, text, record.seq);
                return (!tasks.is_empty()).then(|| {
                    run.judge(|moment| table(moment, &tasks, lint)).help(
                        "if their work was to be done: keep the handles that `spawn` returns, and \
                     await them before `main` returns",
                    )
                });
            }
            _ => {}
        }
        None
    }
}

/// No thread drives the runtime any more, and jobs keep the process.
pub(super) fn unended(moment: &Moment, after: u64) -> Lint {
    let jobs = moment.now().jobs.len();
    let keep = if jobs == 1 { "keeps" } else { "keep" };
    let text = format!("main is over, and {} {keep} the process", count(jobs, "blocking job"));
    table(moment, &[], Lint::new(LintKind::End, None, text, after)).help(
        "a runtime that is dropped waits for its blocking jobs: let each come to an end, or end \
         the runtime by `shutdown_background`, which waits for none",
    )
}
