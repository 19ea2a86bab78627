//! Has a `timeout` cured a lost wake-up?
//!
//! It polls its future once more at the limit, before it looks at its timer. A task that has lost its wake-up goes on
//! there, and a test on the virtual clock passes as if nothing were wrong. The event [`Event::AtLimit`] says that the
//! future was ready then.
//!
//! The wake-up was lost if the clock had to jump and that timer was the only one, so that nothing else could happen;
//! if the timer's is the only wake since, and its task the only one that was polled; and if no other thread can run
//! and no job is out. Else what the task waited for may have come in that very instant, or its wake-up may have been
//! on its way. That all of this holds is proof, so it is always certain. (With another timer set nothing is said: the
//! task that waits for that one might have called the waker in the end.)
//!
//! Interface: [`Cured`].

use std::time::Duration;

use kettle_events::{Cause, Event, Kind, Record};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::system::signals_may_come;
use crate::fold::Task;

/// What has happened since the clock jumped to the only timer.
#[derive(Debug, Default)]
pub(super) struct Cured {
    /// The latest park.
    parked: u64,
    since: Option<Since>,
}

#[derive(Debug)]
struct Since {
    jump: Duration,
    wakes: u32,
    polls: u32,
}

impl Cured {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match (record.event, &mut self.since) {
            (Event::Park { .. }, _) => self.parked = record.seq,
            (Event::Advance { by: jump, auto: true }, since) => {
                let alone = run.fold.timer_count() == 1 && !run.listens() && !run.has_jobs();
                *since = (run.now && alone).then_some(Since { jump, wakes: 0, polls: 0 });
            }
            (Event::Wake { .. }, Some(since)) => since.wakes += 1,
            (Event::PollStart { .. }, Some(since)) => since.polls += 1,
            (Event::AtLimit {}, since) => {
                let Since { jump, wakes, polls } = since.take()?;
                let task = run.fold.task(record.task?)?;
                // With a task of a local set goes the one that polls the set.
                let only = 1 + u32::from(task.kind == Kind::Local);
                let by_timer = task.woken_by.is_some_and(|wake| wake.by == Cause::Timer);
                let alone =
                    || run.others_since(self.parked, record).is_some() && !signals_may_come();
                let proven = (wakes, polls) == (only, only) && by_timer && run.now && alone();
                return proven.then(|| lint(run, task, jump, record));
            }
            (Event::Message { .. }, since) => *since = None,
            _ => {}
        }
        None
    }
}

fn lint(run: &Run, task: &Task, jump: Duration, record: &Record) -> Lint {
    let (name, limit) = (run.name(task.id), span(jump));
    let text = format!("{name} goes on only because of its limit of {limit}: no wake-up has come");
    let lint = Lint::new(LintKind::LostWakeup, Some(name), text, record.seq);
    let lint =
        lint.spot(record.at.place(), "this `timeout` asked its future once more, and it was ready");
    run.birth(lint, task)
        .note(format!(
            "nothing could happen for {limit}: no task was ready, no other timer was set, and {}. What {name} \
             waited for had come before, and nothing had called its waker. Without the limit it would hang forever",
            run.of_threads()
        ))
        .help(
            "the code that changes what a future waits for must call the waker that the future has stored; and a \
             future stores the waker of each poll, and then looks once more: only the latest waker counts",
        )
}
