//! Does a task spin?
//!
//! It wakes itself, is polled, wakes itself: for a second, tens of thousands of times, and all the
//! while nothing else happens in the runtime: no timer fires, no socket reports, no value is sent,
//! nobody ends or begins. Polls that each do some work take longer, and are not meant; nor is a
//! budget that was spent, which only follows progress.

use std::time::Duration;

use kettle_runtime::event::{Cause, Effect, Event, Outcome, Record, Tried};
use kettle_runtime::id::Id;

use super::lint::span;
use super::ward::{Ward, birth};
use super::{Lint, LintKind};

/// For so long.
const LONG: Duration = Duration::from_secs(1);
/// On average, its polls are not longer than this.
const SHORT: Duration = Duration::from_micros(50);

/// Polls since something last happened.
#[derive(Debug, Default)]
pub(super) struct Spin {
    polls: u32,
    since: Duration,
    /// Who woke itself last.
    task: Option<Id>,
}

impl Spin {
    pub(super) fn see(&mut self, ward: &Ward, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll } if task == by => {
                self.task = Some(task);
            }
            Event::PollEnd { outcome: Outcome::Pending, .. } => return self.count(ward, record),
            ref event if is_idle(event) => {}
            _ => *self = Spin { since: record.real, ..Spin::default() },
        }
        None
    }

    fn count(&mut self, ward: &Ward, record: &Record) -> Option<Lint> {
        self.polls += 1;
        let took = record.real.saturating_sub(self.since);
        if took < LONG {
            return None;
        }
        let (polls, task) = (self.polls, self.task);
        *self = Spin { since: record.real, ..Spin::default() };
        let task = ward.fold.task(task?)?;
        (took / polls <= SHORT).then(|| {
            let name = ward.name(task.id);
            let text = format!(
                "{name} woke itself again and again for {}, and nothing came of it",
                span(took)
            );
            let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq);
            birth(lint.spot(record.at, "it gives way here, only to be polled again"), task)
                .note(
                    "it asks and asks, and keeps a processor busy all the while; what it waits for \
                     comes no sooner for it",
                )
                .help(
                    "let whoever brings it about tell it: await a channel, a lock, a `JoinHandle`; \
                     or look less often, with `kettle::time::sleep` in between",
                )
        })
    }
}

/// Things that happen in a loop that gets nowhere.
fn is_idle(event: &Event) -> bool {
    matches!(
        event,
        Event::Turn { .. }
            | Event::PollStart { .. }
            | Event::Defer { .. }
            | Event::Wake { by: Cause::Deferred, .. }
            | Event::Wait { .. }
            | Event::Unwait { .. }
            | Event::SelectStart { .. }
            | Event::SelectPoll { .. }
            | Event::SelectWin { .. }
            | Event::TimerAdd { .. }
            | Event::TimerCancel { .. }
            | Event::SourceTry { result: Tried::WouldBlock, .. }
            | Event::LockTake { .. }
            | Event::LockRelease { .. }
    )
}
