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
/// A poll that only asks takes no longer than this, without what recording took. Of its polls, nine in ten are
/// so short: on a busy machine some are interrupted, so that an average would tell nothing.
const SHORT: Duration = Duration::from_micros(if cfg!(debug_assertions) { 8 } else { 4 });
/// All that the runtime and the task do for a poll takes no longer than this on average, in processor time.
/// (The runtime's own part in it is under 1 µs in a release build, and some 6 in a debug build.)
const IN_ALL: Duration = Duration::from_micros(if cfg!(debug_assertions) { 48 } else { 20 });
/// Both are those of this many polls at least, made after so long.
const MANY: u32 = 1000;
const SETTLED: Duration = Duration::from_millis(250);

/// Polls since something last happened.
#[derive(Debug, Default)]
pub(super) struct Spin {
    polls: u32,
    /// Of these.
    short: u32,
    /// When the poll that goes on began, and how much of it was recording's.
    began: Duration,
    recorded: Duration,
    since: Duration,
    /// The task that woke itself or yielded last.
    task: Option<Id>,
    /// From here on the average is taken.
    mark: Option<Mark>,
    before: Before,
}

/// What was spun before something happened, without a pause of [`SETTLED`]: something small that happens now and then
/// is no reason to spin.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    task: Option<Id>,
    spun: Duration,
    until: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    times: Option<Times>,
    polls: u32,
    real: Duration,
}

impl Spin {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        self.recorded += record.overhead;
        match record.event {
            Event::PollStart { .. } => (self.began, self.recorded) = (record.real, Duration::ZERO),
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll } if task == by => {
                self.task = Some(task);
            }
            Event::Defer { why: Deferral::Yield } => self.task = record.task,
            Event::PollEnd { outcome: Outcome::Pending, .. } => return self.count(run, record),
            event if event.headway() != Headway::Made => {}
            _ => {
                *self =
                    Spin { since: record.real, before: self.before(record.real), ..Spin::default() }
            }
        }
        None
    }

    /// Something has happened now.
    fn before(&self, now: Duration) -> Before {
        let took = now.saturating_sub(self.since);
        let Before { task, spun, until } = self.before;
        // (One long poll that yielded is no spinning.)
        if self.task.is_some() && took >= SETTLED && self.polls >= MANY {
            let more = if task == self.task { spun } else { Duration::ZERO };
            Before { task: self.task, spun: more + took, until: now }
        } else if now.saturating_sub(until) > SETTLED {
            Before::default()
        } else {
            self.before
        }
    }

    fn count(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let poll = record.real.saturating_sub(self.began).saturating_sub(self.recorded);
        self.polls += 1;
        self.short += u32::from(poll <= SHORT);
        let took = record.real.saturating_sub(self.since);
        if self.mark.is_none() && took >= SETTLED {
            let times = Times::now().filter(|_| run.now);
            self.mark = Some(Mark { times, polls: self.polls, real: record.real });
        }
        let before = if self.before.task == self.task { self.before.spun } else { Duration::ZERO };
        if took < 2 * SETTLED || before + took < LONG {
            return None;
        }
        let Spin { polls, short, task, mark, .. } = *self;
        *self = Spin { since: record.real, ..Spin::default() };
        let task = run.fold.task(task?)?;
        let asks =
            10 * u64::from(short) >= 9 * u64::from(polls) && mark?.is_cheap(polls, record.real);
        (asks && something_may_come(run)).then(|| {
            let name = run.name(task.id);
            let hardly = if before.is_zero() { "nothing else" } else { "hardly anything else" };
            let text = format!(
                "{name} woke itself again and again for {}, and {hardly} happened",
                span(before + took)
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
    fn is_cheap(self, polls: u32, real: Duration) -> bool {
        let polls = polls - self.polls;
        let used = match (self.times, Times::now()) {
            (Some(before), Some(now)) => now.since(Some(before)).on,
            _ => real.saturating_sub(self.real),
        };
        polls >= MANY && used / polls <= IN_ALL
    }
}

#[cfg(test)]
mod tests {
    use super::super::round::Round;
    use super::*;
    use crate::fixture::{Script, spawn_main};

    /// A task that wakes itself for two seconds; each poll and what is around it take so many microseconds, and
    /// one in twenty is interrupted for half a millisecond. Is it told of?
    fn is_told(poll: u64, around: u64) -> bool {
        let main = Id::next();
        let mut script = Script::new();
        script.write(Event::RunStart { paused: false }).write(spawn_main(main)).task(main);
        let (by, outcome) = (Cause::Task(main), Outcome::Pending);
        let mut now = 0;
        for number in 0.. {
            let mut at = |event, micros| {
                now += micros;
                script.write(event);
                script.records.last_mut().unwrap().real = Duration::from_micros(now);
            };
            at(Event::PollStart { task: main }, around);
            at(Event::Wake { task: main, by, effect: Effect::DuringPoll }, poll);
            let interrupted = if number % 20 == 0 { 500 } else { 0 };
            at(Event::Elapsed { since: 0 }, 0); // at a limit that is over
            at(Event::PollEnd { task: main, outcome, wakers: 0, handles: 0 }, interrupted);
            if now > 2_000_000 {
                break;
            }
        }
        let mut round = Round::new(false);
        round.see(&script.records);
        round.found.iter().any(|lint| lint.kind == LintKind::BusyLoop)
    }

    /// Every 0.7 s a value comes, as to a loop around `try_recv`.
    #[test]
    fn what_happens_now_and_then_hides_no_loop() {
        let main = Id::next();
        let mut script = Script::new();
        script.write(Event::RunStart { paused: false }).write(spawn_main(main)).task(main);
        let mut spin = Spin::default();
        let mut found = Vec::new();
        let mut write = |event, micros| {
            script.write(event);
            script.records.last_mut().unwrap().real = Duration::from_micros(micros);
        };
        let (by, outcome) = (Cause::Task(main), Outcome::Pending);
        for micros in (0..1_500_000).step_by(10) {
            if micros % 700_000 == 0 {
                write(Event::BlockingStart { task: Id::next() }, micros);
            }
            write(Event::PollStart { task: main }, micros);
            write(Event::Wake { task: main, by, effect: Effect::DuringPoll }, micros + 1);
            write(Event::PollEnd { task: main, outcome, wakers: 0, handles: 0 }, micros + 2);
        }
        let mut round = Round::new(false);
        for record in &script.records {
            round.run.step(record);
            found.extend(spin.see(&round.run, record));
        }
        assert!(found.iter().any(|lint| lint.text.contains("hardly anything else")), "{found:#?}");
    }

    /// Four long polls that yielded, and then a spin for 0.6 s: together that is no second of spinning.
    #[test]
    fn a_long_poll_that_yields_is_no_spinning() {
        let main = Id::next();
        let mut script = Script::new();
        script.write(Event::RunStart { paused: false }).write(spawn_main(main)).task(main);
        let mut write = |event, micros| {
            script.write(event);
            script.records.last_mut().unwrap().real = Duration::from_micros(micros);
        };
        let (by, outcome) = (Cause::Task(main), Outcome::Pending);
        let long = (0..4).map(|nth| (300_000 * nth, 299_000));
        let short = (1_200_010..1_800_000).step_by(10).map(|begins| (begins, 2));
        for (begins, took) in long.chain(short) {
            if begins <= 1_200_010 {
                write(Event::BlockingStart { task: Id::next() }, begins);
            }
            write(Event::PollStart { task: main }, begins);
            write(Event::Wake { task: main, by, effect: Effect::DuringPoll }, begins + 1);
            write(Event::PollEnd { task: main, outcome, wakers: 0, handles: 0 }, begins + took);
        }
        let (mut spin, mut round) = (Spin::default(), Round::new(false));
        for record in &script.records {
            round.run.step(record);
            assert!(spin.see(&round.run, record).is_none());
        }
    }

    #[test]
    fn a_busy_machine_hides_no_loop() {
        assert!(is_told(1, 6));
        assert!(is_told(3, 12), "the average of all that is 40 µs");
        assert!(!is_told(12, 6), "each poll does some work");
    }
}
