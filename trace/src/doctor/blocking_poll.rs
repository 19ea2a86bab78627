//! Did one poll keep the thread from all other tasks?
//!
//! A stretch of a poll, between two beginnings or ends of polls, took long by the machine's clock,
//! without the time that recording took. The times of the runtime's own thread show how it spent
//! the stretch: asleep (`blocking_poll`), on a processor (`never_yields`), or ready without one,
//! which isn't the program's fault. They are read now and then between two polls, so those of a
//! long poll are known to within [`OFTEN`]. Where the system doesn't have them, a poll that took
//! [`UNKNOWN`] may have done either, so the verdict (`blocking_poll`) leaves both open.
//!
//! The verdict is certain if tasks were ready or timers fell due meanwhile. Without them, a poll
//! that computes isn't reported, nor is one that sleeps while nothing else is alive.
//!
//! Interface: [`Watch`]; [`goes_on`] and [`waits_for_good`], for a poll that has not ended
//! (`watch.rs`); [`How`].

use std::time::Duration;

use kettle_events::{Deferral, Event, Id, Kind, Place, Record, Snapshot, TaskNow};

use super::lint::{Lint, LintKind, span};
use super::moment::{Moment, name_of};
use super::run::Run;
use super::system::{Thread, Times};
use crate::words::names::Name;
use crate::words::teller::count;

/// A poll that is asleep for so long blocks the thread; one that computes for so long should yield.
const BLOCKS: Duration = Duration::from_millis(200);
/// The same, if the system doesn't tell which of the two it was.
const UNKNOWN: Duration = Duration::from_secs(1);
/// A poll that has waited for another thread for so long, where there is none, waits for good.
const FOR_GOOD: Duration = Duration::from_secs(5);
/// The thread's times are read at most so often.
const OFTEN: Duration = Duration::from_millis(50);

const BLOCKED: &str = "write `kettle::time::sleep(…).await` in place of `std::thread::sleep`, and \
    `.await` in place of another crate's `block_on`; use `kettle::net` and `kettle::process` in \
    place of std's, and a lock or a channel of `kettle::sync` in place of one of std. Code that \
    can't be awaited belongs in `kettle::task::spawn_blocking`";
const COMPUTED: &str = "await what a loop asks for: `rx.recv().await` in place of `try_recv`. A \
    long computation calls `kettle::task::yield_now().await` now and then, or belongs in \
    `kettle::task::spawn_blocking`";
const WAITS: &str = "the thread waits for another one, as at a lock or a channel of std's, and the \
    program has no other thread";
const SPENT: &str = "it has spent its budget: until this poll returns, every future of kettle's \
    returns `Pending` in it, and so a `block_on` of another crate waits forever";

const UNTOLD: &str = "this system doesn't tell whether the thread was asleep or computed";

/// How does a thread spend a long poll?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum How {
    Asleep,
    Computing,
    /// The system doesn't tell.
    Either,
}

impl How {
    fn kind(self) -> LintKind {
        if self == How::Computing { LintKind::NeverYields } else { LintKind::BlockingPoll }
    }

    fn did(self) -> &'static str {
        match self {
            How::Asleep => "blocked the thread",
            How::Computing => "computed",
            How::Either => "kept the thread",
        }
    }

    fn advise(self, lint: Lint) -> Lint {
        match self {
            How::Asleep => lint.help(BLOCKED),
            How::Computing => lint.help(COMPUTED),
            How::Either => {
                let help = format!("if it was asleep, {BLOCKED}. If it computed, {COMPUTED}");
                lint.note(UNTOLD).help(help)
            }
        }
    }
}

/// The stretch of a poll that goes on, and the thread's times when they were last read.
#[derive(Debug, Default)]
pub(super) struct Watch {
    times: Option<Times>,
    at: Duration,
    /// The times read before those.
    older: Option<(Duration, Times)>,
    /// When it began, and how much of it recording took.
    began: Duration,
    recording: Duration,
    /// How many other tasks were ready as it began; or, in its middle, before a long time without
    /// records.
    ready: usize,
    /// The last record in it: when, and how many were ready then.
    last: (Duration, usize),
}

impl Watch {
    /// Notes the thread's times, if nothing is recorded.
    pub(super) fn read(&mut self, now: Duration, times: Option<Times>) {
        self.older = self.times.map(|times| (self.at, times));
        (self.times, self.at) = (times, now);
    }

    /// Reads the thread's times between two polls, if the last ones are old.
    pub(super) fn take_time(&mut self, run: &Run, real: Duration) {
        let polls = !run.fold.running().is_empty();
        if !polls && (self.times.is_none() || real.saturating_sub(self.at) >= OFTEN) {
            (self.times, self.at) = (Thread::this().and_then(Thread::times), real);
        }
    }

    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let (real, queued) = (record.real, run.fold.queued());
        let (before, waited) = std::mem::replace(&mut self.last, (real, queued));
        self.recording += record.overhead;
        // Tasks that it has spawned or woken wait, too, if it then goes on for long.
        if real.saturating_sub(before) >= BLOCKS {
            self.ready = self.ready.max(waited);
        }
        let found = match record.event {
            Event::PollEnd { task, .. } => self.judge(run, record, task),
            Event::PollStart { .. } => None,
            _ => return None,
        };
        (self.began, self.recording, self.ready) = (real, Duration::ZERO, queued);
        found
    }

    fn judge(&self, run: &Run, record: &Record, task: Id) -> Option<Lint> {
        let took = record.real.saturating_sub(self.began + self.recording);
        let spent = self.spent(took, run.now)?;
        let due = run.fold.timers().filter(|(_, timer)| timer.due < record.time).count();
        let is_main = run.main().is_some_and(|main| main.id == task);
        let is_alone = is_main && run.fold.alive() + run.fold.timer_count() == 0;
        let of = (run.name(task), run.fold.task(task)?.made, is_alone);
        let lint =
            verdict(of, record.at.place(), spent.how_and_words(), [self.ready, due], record.seq)?;
        Some(spent.note(lint))
    }

    /// How did the thread spend a stretch that took so long? `None`: it isn't to be reported.
    fn spent(&self, took: Duration, now: bool) -> Option<Spent> {
        if took < BLOCKS {
            return None;
        }
        let now = now.then(|| Thread::this()?.times()).flatten();
        let newer = self.times.map(|times| (self.at, times));
        let known = now.map(|now| {
            let mut read = newer.into_iter().chain(self.older);
            read.find_map(|before| self.spent_since(before, now, took))
        });
        match known {
            Some(known) => known,
            None if took < UNKNOWN => None,
            None => Some(Spent { took, how: How::Either, long: took, times: None }),
        }
    }

    /// The same, by what was read at two times. The first may be in the middle of the stretch.
    fn spent_since(
        &self,
        (at, before): (Duration, Times),
        now: Times,
        took: Duration,
    ) -> Option<Spent> {
        let took = took.saturating_sub(at.saturating_sub(self.began));
        let on = now.on.saturating_sub(before.on).min(took);
        let asleep = took.saturating_sub(on + now.ready.saturating_sub(before.ready));
        // (All that came between that reading and the stretch may have been work.)
        let on = on.saturating_sub(self.began.saturating_sub(at));
        let (how, long) = match (on, asleep) {
            (_, asleep) if asleep >= BLOCKS => (How::Asleep, asleep),
            (on, _) if on >= BLOCKS => (How::Computing, on),
            _ => return None,
        };
        Some(Spent { took, how, long, times: Some((on, asleep)) })
    }

    /// The runtime's thread looks, perhaps as a poll is about to end, and notes its times if none
    /// goes on.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let now = moment.now();
        let Some(task) = now.running.last() else {
            self.read(now.real, Thread::this().and_then(Thread::times));
            return None;
        };
        self.began = now.real.saturating_sub(now.polling);
        let (spent, polled) = (self.spent(now.polling, true)?, moment.graph.task(*task)?);
        let waited = [ready(now), due(now)];
        let lint = verdict(of(moment, polled), polled.at, spent.how_and_words(), waited, 0)?;
        Some(spent.note(lint))
    }
}

/// How a thread spent a long stretch of a poll, and what is wrong with that.
struct Spent {
    took: Duration,
    how: How,
    long: Duration,
    /// For how long it was on a processor, and asleep, if the system tells.
    times: Option<(Duration, Duration)>,
}

impl Spent {
    fn how_and_words(&self) -> (How, String) {
        (self.how, format!("{} for {} in one poll", self.how.did(), span(self.long)))
    }

    fn note(&self, lint: Lint) -> Lint {
        let Some((on, asleep)) = self.times else { return lint };
        let (took, on, asleep) = (span(self.took), span(on), span(asleep));
        lint.note(format!(
            "of the {took} that the poll took, the thread was on a processor for {on} and asleep \
             for {asleep}"
        ))
    }
}

/// A poll that has gone on for so long. `recorded`: the run so far, if that is known beside what is
/// there now.
pub(super) fn goes_on(
    moment: &Moment,
    recorded: Option<&Run>,
    task: Id,
    (so_far, how): (Duration, How),
) -> Option<Lint> {
    let (now, whole) = (moment.now(), recorded.filter(|run| run.fold.is_whole()));
    let polled = moment.graph.task(task)?;
    let due = if now.paused { 0 } else { due(now) }; // only the loop moves a paused clock
    let waited = [whole.map_or_else(|| ready(now), |run| run.fold.queued()), due];
    let text = format!("has {} for {} in one poll, which goes on", how.did(), span(so_far));
    let at = whole.map_or(polled.at, |run| run.fold.task(task)?.at);
    let lint =
        verdict(of(moment, polled), at, (how, text), waited, recorded.map_or(0, |run| run.seq))?;
    let spent = |run: &Run| matches!(run.last, Some(Event::Defer { why: Deferral::Budget }));
    let is_spent = whole.map_or(now.spent, spent);
    Some(if is_spent && how != How::Computing { lint.note(SPENT) } else { lint })
}

/// Of `main`'s poll, which has waited for another thread for so long, while no other thread of the
/// program is left. Where another task is alive, [`goes_on`] has said so.
pub(super) fn waits_for_good(moment: &Moment, so_far: Duration, after: u64) -> Option<Lint> {
    let main =
        moment.graph.main().filter(|_| so_far >= FOR_GOOD && moment.now().tasks.len() == 1)?;
    let name = name_of(main);
    let text =
        format!("{name} has waited on its thread for {}, and nothing else is alive", span(so_far));
    let lint = Lint::new(LintKind::OpenWaits, Some(name), text, after).birth(name, main.made);
    let lint = lint.spot(main.at, format!("{name} was last seen at this `.await`"));
    Some(Lint { certain: false, ..lint }.note(WAITS).help(BLOCKED))
}

fn ready(now: &Snapshot) -> usize {
    now.tasks.iter().filter(|task| task.queued == Some(true)).count()
}

fn due(now: &Snapshot) -> usize {
    now.timers.iter().filter(|timer| timer.due < now.time).count()
}

/// A task's name, where it was made, and whether nothing else is alive.
type Of = (Name, Option<Place>, bool);

fn of(moment: &Moment, polled: &TaskNow) -> Of {
    let now = moment.now();
    let is_alone = polled.kind == Kind::Main && now.tasks.len() == 1 && now.timers.is_empty();
    (name_of(polled), polled.made, is_alone)
}

/// `waited`: how many tasks were ready meanwhile, and how many timers fell due.
fn verdict(
    (name, made, is_alone): Of,
    at: Option<Place>,
    (how, text): (How, String),
    [ready, due]: [usize; 2],
    after: u64,
) -> Option<Lint> {
    let certain = ready + due > 0;
    if !certain && (how == How::Computing || is_alone) {
        return None;
    }
    let waited = [(ready, "ready task"), (due, "due timer")].into_iter().filter(|it| it.0 > 0);
    let waited: Vec<String> = waited.map(|(some, what)| count(some, what)).collect();
    let kept = match &waited[..] {
        [] => String::new(), // (which tasks are ready isn't always known)
        some => format!(": meanwhile {} had to wait", some.join(" and ")),
    };
    let lint = Lint::new(how.kind(), Some(name), format!("{name} {text}"), after);
    let lint = lint
        .birth(name, made)
        .spot(at, format!("{name} was last seen at this `.await`"))
        .note(format!("all tasks, timers and sockets of this runtime share one thread{kept}"));
    Some(Lint { certain, ..how.advise(lint) })
}

#[cfg(test)]
mod tests {
    use kettle_events::Outcome;

    use super::*;
    use crate::fixture::Script;

    /// A poll that spends its budget hands its records over before it ends.
    #[test]
    fn in_the_middle_of_a_poll_the_times_of_its_beginning_are_kept() {
        let (mut script, main) = Script::begun(false);
        script.task(main).write(Event::PollStart { task: main });
        let (mut watch, mut run) = (Watch::default(), Run::new(false));
        watch.take_time(&run, Duration::ZERO);
        for record in &script.records {
            run.step(record);
            watch.step(&run, record);
        }
        watch.take_time(&run, 3 * OFTEN);
        assert_eq!(watch.at, Duration::ZERO);
        run.step(script.returns(Outcome::Pending).records.last().unwrap());
        watch.take_time(&run, 3 * OFTEN);
        assert_eq!(watch.at, 3 * OFTEN, "between two polls they are asked for");
    }
}
