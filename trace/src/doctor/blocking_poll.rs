//! Did one poll keep the thread from all other tasks?
//!
//! It did if it took longer than [`BLOCKS`] by the machine's clock, without the time that recording
//! took and without polls within it. What the thread did in that time ([`How`]) follows from the
//! times that the system counts for it:
//! - it was asleep: the verdict is `blocking_poll`;
//! - it was on a processor: the verdict is `never_yields`;
//! - it was ready without a processor: that isn't the program's fault, so there is no verdict;
//! - the system doesn't count: after [`UNKNOWN`], `blocking_poll` with words that leave both open.
//!
//! These times are read now and then between two polls, so they are known to within
//! [`BETWEEN_READINGS`].
//!
//! The verdict is certain if tasks were ready or timers fell due meanwhile. If not, a poll that
//! computes isn't reported, nor one that sleeps while nothing else is alive.
//!
//! Interface: [`Watch::step`] judges at each record, [`Watch::look`] at each look of a run without
//! records; [`goes_on`] and [`waits_for_good`] judge a poll that has not ended, for the doctor's
//! thread (`watch.rs`).

use std::time::Duration;

use kettle_events::{Deferral, Event, Id, Kind, Place, Record, Snapshot, TaskNow};

use super::lint::{Lint, LintKind, NO_RECORD, span};
use super::moment::{Moment, name_of};
use super::run::Run;
use super::system::{Thread, Times};
use crate::words::names::Name;
use crate::words::teller::count;

/// How long a poll may sleep or compute. After that it blocks the thread, or should have yielded.
const BLOCKS: Duration = Duration::from_millis(200);
/// How long it may take if the system doesn't count the thread's times.
const UNKNOWN: Duration = Duration::from_secs(1);
/// How long a poll must have waited for another thread, though there is none, to be reported.
const FOR_GOOD: Duration = Duration::from_secs(5);
/// The shortest time between two readings of the thread's times.
const BETWEEN_READINGS: Duration = Duration::from_millis(50);

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

const NO_TIMES: &str = "this system doesn't tell whether the thread was asleep or computed";

/// How does a thread spend a long poll?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum How {
    Asleep,
    Computing,
    /// The system doesn't count the thread's times.
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
                lint.note(NO_TIMES).help(help)
            }
        }
    }
}

/// The present *stretch*, which is a poll or a part of it before or after a poll within it; and the
/// thread's times.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The thread's times at the last reading, and when that was.
    times: Option<Times>,
    read_at: Duration,
    /// The reading before that.
    older: Option<(Duration, Times)>,
    /// When the stretch began, and how much of it recording took.
    began: Duration,
    recording: Duration,
    /// How many tasks were ready as the stretch began, or before a long time without records.
    ready: usize,
    /// When the last record was made, and how many tasks were ready then.
    last: (Duration, usize),
}

impl Watch {
    /// Notes the thread's times, if nothing is recorded.
    pub(super) fn read(&mut self, now: Duration, times: Option<Times>) {
        self.older = self.times.map(|times| (self.read_at, times));
        (self.times, self.read_at) = (times, now);
    }

    /// Reads the thread's times between two polls, if the last ones are old.
    pub(super) fn take_time(&mut self, run: &Run, real: Duration) {
        let is_old = self.times.is_none() || real.saturating_sub(self.read_at) >= BETWEEN_READINGS;
        if is_old && run.fold.running().is_empty() {
            (self.times, self.read_at) = (Thread::this().and_then(Thread::times), real);
        }
    }

    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let (real, queued) = (record.real, run.fold.queued());
        let (before, waited) = std::mem::replace(&mut self.last, (real, queued));
        self.recording += record.overhead;
        // Tasks that the poll itself has spawned or woken had to wait, too, if it then took long.
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

    /// The verdict on a stretch that ends with this record, the end of a poll.
    fn judge(&self, run: &Run, record: &Record, task: Id) -> Option<Lint> {
        let took = record.real.saturating_sub(self.began + self.recording);
        let spent = self.spent(took, run.is_live)?;
        let due = run.fold.timers().filter(|(_, timer)| timer.due < record.time).count();
        let is_main = run.main().is_some_and(|main| main.id == task);
        let is_alone = is_main && run.fold.alive() + run.fold.timer_count() == 0;
        let polled = Polled { name: run.name(task), made: run.fold.task(task)?.made, is_alone };
        let (at, waited) = (record.at.place(), [self.ready, due]);
        spent.verdict(polled, at, waited, record.seq)
    }

    /// How did the thread spend a stretch that took so long? `None`: there is nothing to report.
    fn spent(&self, took: Duration, is_live: bool) -> Option<Spent> {
        if took < BLOCKS {
            return None;
        }
        let now = is_live.then(|| Thread::this()?.times()).flatten();
        let newer = self.times.map(|times| (self.read_at, times));
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

    /// How did the thread spend a stretch, by its times at two readings? The first reading may be
    /// in the middle of the stretch.
    fn spent_since(
        &self,
        (at, before): (Duration, Times),
        now: Times,
        took: Duration,
    ) -> Option<Spent> {
        let took = took.saturating_sub(at.saturating_sub(self.began));
        let on = now.on.saturating_sub(before.on).min(took);
        let asleep = took.saturating_sub(on + now.ready.saturating_sub(before.ready));
        // Between that reading and the stretch the thread may have been at work all the time.
        let on = on.saturating_sub(self.began.saturating_sub(at));
        let (how, long) = match (on, asleep) {
            (_, asleep) if asleep >= BLOCKS => (How::Asleep, asleep),
            (on, _) if on >= BLOCKS => (How::Computing, on),
            _ => return None,
        };
        Some(Spent { took, how, long, times: Some((on, asleep)) })
    }

    /// A look by the runtime's thread. In a poll, which is then about to end, it judges that;
    /// otherwise it reads the thread's times.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let now = moment.now();
        let Some(task) = now.running.last() else {
            self.read(now.real, Thread::this().and_then(Thread::times));
            return None;
        };
        self.began = now.real.saturating_sub(now.polling);
        let (spent, task) = (self.spent(now.polling, true)?, moment.graph.task(*task)?);
        let (polled, waited) = (Polled::of(moment, task), [ready(now), due(now)]);
        spent.verdict(polled, task.at, waited, NO_RECORD)
    }
}

/// How a thread spent a long stretch of a poll.
struct Spent {
    took: Duration,
    how: How,
    /// How long it slept or computed, according to `how`.
    long: Duration,
    /// How long it was on a processor, and how long asleep, if the system counts that.
    times: Option<(Duration, Duration)>,
}

impl Spent {
    /// The verdict on the stretch: see [`verdict`].
    fn verdict(
        &self,
        polled: Polled,
        at: Option<Place>,
        waited: [usize; 2],
        after: u64,
    ) -> Option<Lint> {
        let text = format!("{} for {} in one poll", self.how.did(), span(self.long));
        let lint = verdict(polled, at, (self.how, text), waited, after)?;
        let Some((on, asleep)) = self.times else { return Some(lint) };
        let (took, on, asleep) = (span(self.took), span(on), span(asleep));
        Some(lint.note(format!(
            "of the {took} that the poll took, the thread was on a processor for {on} and asleep \
             for {asleep}"
        )))
    }
}

/// For the doctor's thread: a verdict on a poll that has gone on for so long, and has not ended.
/// `recorded` is the run so far, if it is recorded.
pub(super) fn goes_on(
    moment: &Moment,
    recorded: Option<&Run>,
    task: Id,
    (so_far, how): (Duration, How),
) -> Option<Lint> {
    let (now, whole) = (moment.now(), recorded.filter(|run| run.fold.is_whole()));
    let polled = moment.graph.task(task)?;
    let at = whole.map_or(polled.at, |run| run.fold.task(task)?.at);
    let due = if now.paused { 0 } else { due(now) }; // only the loop moves a paused clock
    let waited = [whole.map_or_else(|| ready(now), |run| run.fold.queued()), due];
    let text = format!("has {} for {} in one poll, which goes on", how.did(), span(so_far));
    let (polled, after) = (Polled::of(moment, polled), recorded.map_or(NO_RECORD, |run| run.seq));
    let lint = verdict(polled, at, (how, text), waited, after)?;
    let spent = |run: &Run| matches!(run.last, Some(Event::Defer { why: Deferral::Budget }));
    let is_spent = whole.map_or(now.spent, spent);
    Some(if is_spent && how != How::Computing { lint.note(SPENT) } else { lint })
}

/// For the doctor's thread: a note on `main`'s poll, which has waited for another thread for so
/// long, although the program has no other. (If another task is alive, [`goes_on`] reports it.)
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
    now.waits.iter().filter(|wait| wait.due.is_some_and(|due| due < now.time)).count()
}

/// The task whose poll took long.
struct Polled {
    name: Name,
    made: Option<Place>,
    /// Is it `main`, and nothing else alive?
    is_alone: bool,
}

impl Polled {
    fn of(moment: &Moment, task: &TaskNow) -> Polled {
        let now = moment.now();
        let sleeps = now.waits.iter().any(|wait| wait.due.is_some());
        let is_alone = task.kind == Kind::Main && now.tasks.len() == 1 && !sleeps;
        Polled { name: name_of(task), made: task.made, is_alone }
    }
}

/// The verdict on a long poll: where the task was last seen, how it spent the time, how many tasks
/// were ready meanwhile and how many timers fell due.
fn verdict(
    Polled { name, made, is_alone }: Polled,
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
    let effect = match &waited[..] {
        [] => String::new(), // which tasks are ready isn't always known
        some => format!(": meanwhile {} had to wait", some.join(" and ")),
    };
    let lint = Lint::new(how.kind(), Some(name), format!("{name} {text}"), after);
    let lint = lint
        .birth(name, made)
        .spot(at, format!("{name} was last seen at this `.await`"))
        .note(format!("all tasks, timers and sockets of this runtime share one thread{effect}"));
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
        watch.take_time(&run, 3 * BETWEEN_READINGS);
        assert_eq!(watch.read_at, Duration::ZERO);
        run.step(script.returns(Outcome::Pending).records.last().unwrap());
        watch.take_time(&run, 3 * BETWEEN_READINGS);
        assert_eq!(watch.read_at, 3 * BETWEEN_READINGS, "between two polls they are read");
    }
}
