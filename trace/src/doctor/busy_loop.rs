//! Does a task spin?
//!
//! It wakes itself or yields, is polled, wakes itself: for a second, thousands of times, and all the
//! while nothing else happens in the runtime: no timer fires, no socket reports, no value is sent,
//! no task ends or begins. There is something it could be asking for: a timer, a channel, another
//! thread. Polls that each do some work take longer, and are not meant; nor is a
//! budget that was spent, which only follows progress.

use std::time::Duration;

use kettle_events::{Cause, Deferral, Effect, Event, Headway, Id, Outcome, Record, Resource};

use super::lint::span;
use super::lint::{Lint, LintKind};
use super::run::Run;
use super::system::Times;
use super::threads::is_alone_in_a_test;
use crate::fold::Task;

/// For so long.
const LONG: Duration = Duration::from_secs(1);
/// On average, its polls don't take the processor for longer than this.
/// (The runtime's own part in a poll is under 1 µs in a release build, and some 6 in a debug build.)
const SHORT: Duration = Duration::from_micros(if cfg!(debug_assertions) { 12 } else { 5 });
/// The average is that of this many polls at least, made after so long.
const MANY: u32 = 1000;
const SETTLED: Duration = Duration::from_millis(250);

/// Polls since something last happened.
#[derive(Debug, Default)]
pub(super) struct Spin {
    polls: u32,
    since: Duration,
    /// The task that woke itself or yielded last.
    task: Option<Id>,
    /// From here on the average is taken.
    mark: Option<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    times: Option<Times>,
    polls: u32,
    real: Duration,
}

impl Spin {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll } if task == by => {
                self.task = Some(task);
            }
            Event::Defer { why: Deferral::Yield } => self.task = record.task,
            Event::PollEnd { outcome: Outcome::Pending, .. } => return self.count(run, record),
            event if event.headway() != Headway::Made => {}
            _ => *self = Spin { since: record.real, ..Spin::default() },
        }
        None
    }

    fn count(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        self.polls += 1;
        let took = record.real.saturating_sub(self.since);
        if self.mark.is_none() && took >= SETTLED {
            let times = Times::now().filter(|_| run.now);
            self.mark = Some(Mark { times, polls: self.polls, real: record.real });
        }
        if took < LONG {
            return None;
        }
        let Spin { polls, task, mark, .. } = *self;
        *self = Spin { since: record.real, ..Spin::default() };
        let task = run.fold.task(task?)?;
        (mark?.are_short(polls, record.real) && something_may_come(run)).then(|| {
            let name = run.name(task.id);
            let text = format!(
                "{name} woke itself again and again for {}, and nothing else happened",
                span(took)
            );
            let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq);
            run.birth(lint.spot(record.at, format!("{name} yields here, to be polled again")), task)
                .note(
                    "this keeps a processor busy. If the task only checks whether something has \
                     happened, checking more often doesn't make it happen sooner",
                )
                .help(
                    "await what the task waits for: a channel, a lock, a `JoinHandle`. Or check less \
                     often, with `kettle::time::sleep(…).await` in between. If each poll does a small \
                     piece of work, do more of it in one poll",
                )
        })
    }
}

/// Is there anything that it could be asking for? If not, yielding is all that this program does, and
/// means to do.
fn something_may_come(run: &Run) -> bool {
    let beside = |task: &Task| {
        let mut waits = run.waits(task.id).into_iter();
        waits.any(|wait| !matches!(wait.on, Resource::Task(_)))
    };
    run.fold.timer_count() > 0 || run.alive().any(beside) || !(run.now && is_alone_in_a_test())
}

impl Mark {
    fn are_short(self, polls: u32, real: Duration) -> bool {
        let polls = polls - self.polls;
        let used = match (self.times, Times::now()) {
            (Some(before), Some(now)) => now.since(Some(before)).on,
            _ => real.saturating_sub(self.real),
        };
        polls >= MANY && used / polls <= SHORT
    }
}
