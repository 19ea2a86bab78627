//! Does a task spin?
//!
//! It wakes itself or yields, is polled, wakes itself: for a second, thousands of times, and all the
//! while nothing else happens in the runtime: no timer fires, no socket reports, no value is sent,
//! no task ends or begins; or hardly anything. There is something it could be asking for: a timer, a channel, another
//! thread. Polls that each do some work take longer, and are not meant; nor is a
//! budget that was spent, which only follows progress.
//!
//! What happens a few times in that second is no reason to spin. More often it may come of the spinning, as of a computation
//! that yields, and tells now and then how far it is. So then the task is told of only if it asks in nearly every poll, and gets
//! nothing (`try_recv`); or if the source has a loop there with nothing but the yield in it. And never if the source shows that
//! the loop does work.

use std::time::Duration;

use kettle_events::{
    Act, Cause, Deferral, Effect, Event, Headway, Id, Outcome, Place, Record, Resource,
};

use super::lint::span;
use super::lint::{Lint, LintKind};
use super::run::Run;
use super::source::{Beside, beside};
use super::system::Times;
use super::threads::is_alone_in_a_test;
use crate::fold::Task;
use crate::words::quick::key;

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
/// A longer poll is no spinning. What happens within such a time counts once.
const PAUSE: Duration = Duration::from_millis(10);
/// A few times; and, where it may be more, before one of so many polls.
const FEW: u32 = 4;
const SELDOM: u32 = 20;

/// Polls, each of which asked for the next one.
#[derive(Debug, Default)]
pub(super) struct Spin {
    /// When the poll that goes on began, and how much of it was recording's.
    began: Duration,
    recorded: Duration,
    /// The task that has woken itself or yielded in it.
    woke: Option<Id>,
    /// Since the last of these polls something has happened.
    stirred: bool,
    /// In this poll a call that does not wait got nothing.
    refused: bool,
    turns: Turns,
    /// What else the loop with this place does. (By the place's address.)
    known: Option<(usize, Beside)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Turns {
    since: Duration,
    until: Duration,
    polls: u32,
    /// Of these.
    short: u32,
    /// So much of the time passed from one to the next.
    spun: Duration,
    /// Something happened before so many of them; and so often, the last time then.
    stirred: u32,
    stirs: (u32, Duration),
    /// In so many of them it asked for something, and got nothing.
    refused: u32,
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
        self.recorded += record.overhead;
        match record.event {
            Event::PollStart { .. } => (self.began, self.recorded) = (record.real, Duration::ZERO),
            Event::Wake { task, by: Cause::Task(by), effect: Effect::DuringPoll, .. }
                if task == by =>
            {
                self.woke = Some(task);
            }
            Event::Defer { why: Deferral::Yield } => self.woke = record.task,
            Event::PollEnd { outcome: Outcome::Pending, .. } => return self.count(run, record),
            event => {
                self.refused |= matches!(event, Event::SyncAct { act: Act::Refuse, .. });
                self.stirred |= event.headway() == Headway::Made;
            }
        }
        None
    }

    fn count(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let woke = self.woke.take()?;
        let poll = record.real.saturating_sub(self.began).saturating_sub(self.recorded);
        let stirred = std::mem::take(&mut self.stirred);
        self.turns.refused += u32::from(std::mem::take(&mut self.refused));
        self.turns.pass(record.real, poll, stirred);
        let took = record.real.saturating_sub(self.turns.since);
        if took >= SETTLED && 2 * self.turns.spun < took {
            self.turns = Turns::from(record.real);
            return None;
        }
        let Turns { polls, mark, .. } = self.turns;
        if mark.is_none() && took >= SETTLED {
            let times = Times::now().filter(|_| run.now);
            self.turns.mark = Some(Mark { times, polls, real: record.real });
        }
        if took < LONG {
            return None;
        }
        let turns = std::mem::replace(&mut self.turns, Turns::from(record.real));
        let task = run.fold.task(woke)?;
        let beside = |at| {
            let known = self.known.filter(|(place, _)| *place == key(at));
            self.known.insert(known.unwrap_or_else(|| (key(at), beside(at)))).1
        };
        (turns.ask(record, beside) && something_may_come(run)).then(|| {
            let name = run.name(task.id);
            let hardly = if turns.stirred == 0 { "nothing else" } else { "hardly anything else" };
            let text =
                format!("{name} woke itself again and again for {}, and {hardly} happened", span(took));
            let lint = Lint::new(LintKind::BusyLoop, Some(name), text, record.seq);
            run.birth(lint.spot(record.at.place(), format!("{name} yields here, to be polled again")), task)
                .note(
                    "this keeps a processor busy. If the task only checks whether something has \
                     happened, checking more often doesn't make it happen sooner",
                )
                .help(
                    "await what the task waits for: a channel, a lock, a `JoinHandle`; a time by `sleep_until` or an \
                     `interval`. Or check less often, with `kettle::time::sleep(…).await` in between. If each poll does a \
                     small piece of work, do more of it in one poll",
                )
        })
    }
}

impl Turns {
    fn from(now: Duration) -> Turns {
        Turns { since: now, until: now, ..Turns::default() }
    }

    /// One more poll.
    fn pass(&mut self, now: Duration, took: Duration, stirred: bool) {
        let since = now.saturating_sub(self.until);
        self.until = now;
        self.polls += 1;
        self.short += u32::from(took <= SHORT);
        // (A thread that waits for a processor does so in no poll, mostly.)
        if !stirred && took < PAUSE {
            self.spun += since;
        }
        if stirred && self.polls > 1 {
            let (stirs, last) = self.stirs;
            self.stirred += 1;
            if stirs == 0 || now.saturating_sub(last) >= PAUSE {
                self.stirs = (stirs + 1, now);
            }
        }
    }

    /// Do these polls only ask?
    fn ask(&self, record: &Record, beside: impl FnOnce(Place) -> Beside) -> bool {
        let Turns { polls, short, stirred, stirs, refused, mark, .. } = *self;
        let is_cheap = |mark: Mark| mark.is_cheap(polls, record.real);
        let seldom = u64::from(stirred) * u64::from(SELDOM) <= u64::from(polls);
        let asks = 10 * u64::from(refused) >= 9 * u64::from(polls);
        10 * u64::from(short) >= 9 * u64::from(polls)
            && mark.is_some_and(is_cheap)
            && seldom
            && match record.at.place().map_or(Beside::Unknown, beside) {
                Beside::Nothing => true,
                Beside::Work => false,
                Beside::Unknown => stirs.0 <= FEW || asks,
            }
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
    use kettle_events::{SyncKind, Units};

    use super::super::round::Round;
    use super::*;
    use crate::fixture::Script;

    /// A task that wakes itself for two seconds; each poll and what is around it take so many microseconds, and
    /// one in twenty is interrupted for half a millisecond. Is it told of?
    fn is_told(poll: u64, around: u64) -> bool {
        let (mut script, main) = Script::begun(false);
        script.task(main);
        let (by, outcome) = (Cause::Task(main), Outcome::Pending);
        let mut now = 0;
        for number in 0.. {
            let mut at = |event, micros| {
                now += micros;
                script.write(event);
                script.records.last_mut().unwrap().real = Duration::from_micros(now);
            };
            at(Event::PollStart { task: main }, around);
            at(Event::Wake { task: main, by, effect: Effect::DuringPoll, wait: None }, poll);
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

    /// A poll each 10 µs, of which each asks for a value and gets none, or none does; and something happens every so many.
    fn beside(every: usize, asks: bool) -> Option<String> {
        let (mut script, main) = Script::begun(false);
        script.task(main);
        let mut write = |event, micros| {
            script.write(event);
            script.records.last_mut().unwrap().real = Duration::from_micros(micros);
        };
        let (by, outcome) = (Cause::Task(main), Outcome::Pending);
        let (kind, sync, act) = (SyncKind::Mpsc, Id::next(), Act::Refuse);
        for (number, micros) in (0..1_500_000).step_by(10).enumerate() {
            if number % every == 0 {
                write(Event::BlockingStart { task: Id::next() }, micros);
            }
            write(Event::PollStart { task: main }, micros);
            if asks {
                write(
                    Event::SyncAct {
                        kind,
                        sync,
                        act,
                        units: Units::Count(0),
                        count: 1,
                        item: 0,
                        with: 0,
                        owned: false,
                    },
                    micros,
                );
            }
            write(
                Event::Wake { task: main, by, effect: Effect::DuringPoll, wait: None },
                micros + 1,
            );
            write(Event::PollEnd { task: main, outcome, wakers: 0, handles: 0 }, micros + 2);
        }
        let (mut spin, mut round) = (Spin::default(), Round::new(false));
        let found = script.records.iter().find_map(|record| {
            round.run.step(record);
            spin.see(&round.run, record)
        });
        found.map(|lint| lint.text)
    }

    #[test]
    fn what_happens_now_and_then_hides_no_loop() {
        let told = |every, asks| {
            beside(every, asks).is_some_and(|text| text.contains("hardly anything else"))
        };
        assert!(told(70_000, false));
        assert!(told(500, true), "each 5 ms a value is taken, by `try_recv`");
        assert!(!told(500, false), "a computation that tells each 5 ms how far it is");
    }

    /// Four long polls that yielded, and then a spin for 0.6 s: together that is no second of spinning.
    #[test]
    fn a_long_poll_that_yields_is_no_spinning() {
        let (mut script, main) = Script::begun(false);
        script.task(main);
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
            write(
                Event::Wake { task: main, by, effect: Effect::DuringPoll, wait: None },
                begins + 1,
            );
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
