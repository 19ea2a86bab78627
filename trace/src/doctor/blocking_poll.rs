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
//! Interface: [`Stopwatch::step`] judges at each record, [`Stopwatch::look`] at each look of a run
//! without records; [`Stopwatch::add_reading`] and [`Stopwatch::read_between_polls`] store the
//! times; [`goes_on`] and [`waits_for_good`] judge a poll that has not ended, for the doctor's
//! thread (`watch.rs`), and [`with_open_waits`] adds to that verdict.

use std::time::Duration;

use kettle_events::{Deferral, Event, Id, Kind, Place, Record, Snapshot, TaskNow, WaitNow};

use super::lint::{Lint, LintKind, NO_RECORD, span};
use super::moment::{Moment, name_of};
use super::run::Run;
use super::system::{Thread, Times, was_stopped_within};
use super::table::table;
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

const HELP_BLOCKED: &str = "write `kettle::time::sleep(…).await` in place of `std::thread::sleep`, \
    and `.await` in place of another crate's `block_on`; use `kettle::net` and `kettle::process` \
    in place of std's, and a lock or a channel of `kettle::sync` in place of one of std. Code that \
    can't be awaited belongs in `kettle::task::spawn_blocking`";
const HELP_COMPUTED: &str = "await what a loop asks for: `rx.recv().await` in place of `try_recv`. \
    A long computation calls `kettle::task::yield_now().await` now and then, or belongs in \
    `kettle::task::spawn_blocking`";
const NOTE_NO_TIMES: &str = "this system doesn't tell whether the thread was asleep or computed";
const NOTE_AT_A_LOCK: &str = "the thread waits for another one, as at a lock or a channel of std's. \
    If a task holds a guard of std's across one of these open waits, it can't drop it meanwhile";
const NOTE_NO_OTHER_THREAD: &str = "the thread waits for another one, as at a lock or a channel of \
    std's, and the program has no other thread";
const NOTE_BUDGET_SPENT: &str = "it has spent its budget: until this poll returns, every future of \
    kettle's returns `Pending` in it, and so a `block_on` of another crate waits forever";

/// How does a thread spend a long poll?
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum How {
    Asleep,
    Computing,
    /// The system doesn't count the thread's times.
    Unknown,
}

impl How {
    fn kind(self) -> LintKind {
        if self == How::Computing { LintKind::NeverYields } else { LintKind::BlockingPoll }
    }

    fn verb(self) -> &'static str {
        match self {
            How::Asleep => "blocked the thread",
            How::Computing => "computed",
            How::Unknown => "kept the thread",
        }
    }

    fn add_help(self, lint: Lint) -> Lint {
        match self {
            How::Asleep => lint.help(HELP_BLOCKED),
            How::Computing => lint.help(HELP_COMPUTED),
            How::Unknown => {
                let help =
                    format!("if it was asleep, {HELP_BLOCKED}. If it computed, {HELP_COMPUTED}");
                lint.note(NOTE_NO_TIMES).help(help)
            }
        }
    }
}

/// Measures the present *stretch*, which is a poll or a part of it before or after a poll within
/// it.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    /// When the stretch began, by the machine's clock.
    began: Duration,
    /// How much of the stretch recording took.
    recording: Duration,
    /// How many tasks were ready as the stretch began, or before a long time without records.
    ready_tasks: usize,
    last_record_at: Duration,
    ready_tasks_at_last_record: usize,
    /// The latest reading of the thread's times.
    last_reading: Reading,
    /// The reading before that, if nothing is recorded.
    older_reading: Reading,
}

/// The times of the runtime's thread, if the system counts them, at a time of the machine's clock.
#[derive(Clone, Copy, Debug, Default)]
struct Reading {
    at: Duration,
    times: Option<Times>,
}

impl Stopwatch {
    /// Notes the thread's times, if nothing is recorded.
    pub(super) fn add_reading(&mut self, at: Duration, times: Option<Times>) {
        self.older_reading = std::mem::replace(&mut self.last_reading, Reading { at, times });
    }

    /// Reads the thread's times between two polls, if the last ones are old.
    pub(super) fn read_between_polls(&mut self, run: &Run, real: Duration) {
        let Reading { at, times } = self.last_reading;
        let is_old = times.is_none() || real.saturating_sub(at) >= BETWEEN_READINGS;
        if is_old && run.fold.running().is_empty() {
            self.last_reading = Reading { at: real, times: own_times() };
        }
    }

    /// Judges the stretch that ends with this record, if one does. (`record.real` is the time by
    /// the machine's clock; `run.fold` has the state after the record.)
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let (real, ready_tasks) = (record.real, run.fold.queued());
        self.recording += record.overhead;
        // Tasks that the poll itself has spawned or woken had to wait, too, if it then took long.
        if real.saturating_sub(self.last_record_at) >= BLOCKS {
            self.ready_tasks = self.ready_tasks.max(self.ready_tasks_at_last_record);
        }
        (self.last_record_at, self.ready_tasks_at_last_record) = (real, ready_tasks);
        let found = match record.event {
            Event::PollEnd { task, .. } => self.judge(run, record, task),
            // A poll within another one ends a stretch of that outer poll.
            Event::PollStart { .. } => match run.fold.running() {
                [.., outer, _] => self.judge(run, record, *outer),
                _ => None,
            },
            _ => return None,
        };
        (self.began, self.recording, self.ready_tasks) = (real, Duration::ZERO, ready_tasks);
        found
    }

    /// The verdict on a stretch of this task's poll that ends with this record.
    fn judge(&self, run: &Run, record: &Record, task: Id) -> Option<Lint> {
        let took = record.real.saturating_sub(self.began + self.recording);
        let spent = self.time_spent(took, run.is_live)?;
        let is_main = run.main().is_some_and(|main| main.id == task);
        let due_timers = run.fold.timers().filter(|(_, timer)| timer.due < record.time).count();
        let poll = LongPoll {
            name: run.name(task),
            made: run.fold.task(task)?.made,
            at: record.at.place(),
            is_alone: is_main && run.alive().nth(1).is_none() && run.fold.timer_count() == 0,
            ready_tasks: self.ready_tasks,
            due_timers,
        };
        spent.verdict(&poll, record.seq)
    }

    /// Judges a poll that is about to end; between two polls, reads the thread's times. The
    /// runtime's thread calls this at each look.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let now = moment.now();
        let Some(task) = now.running.last() else {
            self.add_reading(now.real, own_times());
            return None;
        };
        self.began = now.real.saturating_sub(now.polling);
        let spent = self.time_spent(now.polling, true)?;
        spent.verdict(&LongPoll::of(moment, moment.graph.task(*task)?), NO_RECORD)
    }

    /// How did the thread spend a stretch that took so long? `None`: there is nothing to report.
    fn time_spent(&self, took: Duration, is_live: bool) -> Option<TimeSpent> {
        if took < BLOCKS || is_live && was_stopped_within(took) {
            return None;
        }
        let times_now = if is_live { own_times() } else { None };
        let Some(now) = times_now else {
            let spent = TimeSpent { how: How::Unknown, long: took, note: None };
            return if took >= UNKNOWN { Some(spent) } else { None };
        };
        // A reading in the middle of the stretch may leave too little of it to be reported.
        let mut readings = [self.last_reading, self.older_reading].into_iter();
        readings.find_map(|before| self.time_spent_since(before, now, took))
    }

    /// How did the thread spend a stretch that took so long, or the rest of it after a reading?
    fn time_spent_since(&self, before: Reading, now: Times, took: Duration) -> Option<TimeSpent> {
        let times = before.times?;
        let took = took.saturating_sub(before.at.saturating_sub(self.began));
        let on_processor = now.on.saturating_sub(times.on).min(took);
        let ready = now.ready.saturating_sub(times.ready); // but the processors were busy
        let asleep = took.saturating_sub(on_processor + ready);
        // If the stretch began after the reading, the thread may have been at work in between.
        let computed = on_processor.saturating_sub(self.began.saturating_sub(before.at));
        let (how, long) = if asleep >= BLOCKS {
            (How::Asleep, asleep)
        } else if computed >= BLOCKS {
            (How::Computing, computed)
        } else {
            return None;
        };
        let note = format!(
            "of the {} that the poll took, the thread was on a processor for {} and asleep for {}",
            span(took),
            span(computed),
            span(asleep)
        );
        Some(TimeSpent { how, long, note: Some(note) })
    }
}

/// The times of this thread.
fn own_times() -> Option<Times> {
    Thread::this()?.times()
}

/// How a thread spent a long stretch of a poll.
struct TimeSpent {
    how: How,
    /// How long it slept or computed, according to `how`.
    long: Duration,
    /// The thread's times in the stretch, if the system counts them.
    note: Option<String>,
}

impl TimeSpent {
    fn verdict(self, poll: &LongPoll, after: u64) -> Option<Lint> {
        let text = format!("{} for {} in one poll", self.how.verb(), span(self.long));
        let lint = poll.verdict(self.how, &text, after)?;
        Some(if let Some(note) = self.note { lint.note(note) } else { lint })
    }
}

/// A poll that has not ended, as the doctor's thread sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OngoingPoll {
    /// How long it has taken so far.
    pub(super) so_far: Duration,
    pub(super) how: How,
}

/// The verdict on a task's poll that has gone on for long, for the doctor's thread. `recorded` is
/// the run so far, if it is recorded.
pub(super) fn goes_on(
    moment: &Moment,
    recorded: Option<&Run>,
    task: Id,
    OngoingPoll { so_far, how }: OngoingPoll,
) -> Option<Lint> {
    let snapshot = moment.now();
    let mut poll = LongPoll::of(moment, moment.graph.task(task)?);
    let mut is_budget_spent = snapshot.spent;
    // The records, if none was lost, know these facts better.
    if let Some(run) = recorded.filter(|run| run.fold.is_whole()) {
        poll.at = run.fold.task(task).and_then(|task| task.at);
        poll.ready_tasks = run.fold.queued();
        is_budget_spent = matches!(run.last, Some(Event::Defer { why: Deferral::Budget }));
    }
    if snapshot.paused {
        poll.due_timers = 0; // only the loop moves a paused clock
    }
    let text = format!("has {} for {} in one poll, which goes on", how.verb(), span(so_far));
    let lint = poll.verdict(how, &text, recorded.map_or(NO_RECORD, |run| run.seq))?;
    let waits_for_budget = is_budget_spent && how != How::Computing;
    Some(if waits_for_budget { lint.note(NOTE_BUDGET_SPENT) } else { lint })
}

/// Adds the open waits to a verdict on a poll in which the thread waits for another one without a
/// time limit: a guard may be held across one of them. (Unless it waits since its budget is spent.)
pub(super) fn with_open_waits(moment: &Moment, lint: Lint) -> Lint {
    let mut waiting = moment.by_names();
    waiting.retain(|id| !moment.graph.waits(*id).is_empty());
    if moment.now().spent || waiting.is_empty() {
        return lint;
    }
    table(moment, &waiting, lint.note(NOTE_AT_A_LOCK))
}

/// The note, for the doctor's thread, that `main`'s poll has waited for another thread for so long,
/// although the program has no other. (If another task is alive, [`goes_on`] reports it.) `after`
/// is the number of the last record that it follows from.
pub(super) fn waits_for_good(moment: &Moment, so_far: Duration, after: u64) -> Option<Lint> {
    if so_far < FOR_GOOD || moment.now().tasks.len() != 1 {
        return None;
    }
    let main = moment.graph.main()?;
    let (name, so_far) = (name_of(main), span(so_far));
    let text = format!("{name} has waited on its thread for {so_far}, and nothing else is alive");
    let lint = Lint::new(LintKind::OpenWaits, Some(name), text, after)
        .birth(name, main.made)
        .spot(main.at, format!("{name} was last seen at this `.await`"))
        .note(NOTE_NO_OTHER_THREAD)
        .help(HELP_BLOCKED);
    Some(Lint { certain: false, ..lint })
}

/// A task whose poll took long, and what had to wait meanwhile.
struct LongPoll {
    name: Name,
    /// The line that spawned the task.
    made: Option<Place>,
    /// The line at which the task was last seen.
    at: Option<Place>,
    /// Is the task `main`, and nothing else alive?
    is_alone: bool,
    ready_tasks: usize,
    due_timers: usize,
}

impl LongPoll {
    fn of(moment: &Moment, task: &TaskNow) -> LongPoll {
        let Snapshot { tasks, waits, time, .. } = moment.now();
        let has_timer = waits.iter().any(|wait| wait.due.is_some());
        let is_due = |wait: &&WaitNow| wait.due.is_some_and(|due| due < *time);
        LongPoll {
            name: name_of(task),
            made: task.made,
            at: task.at,
            is_alone: task.kind == Kind::Main && tasks.len() == 1 && !has_timer,
            ready_tasks: tasks.iter().filter(|task| task.queued == Some(true)).count(),
            due_timers: waits.iter().filter(is_due).count(),
        }
    }

    /// The verdict on the poll, unless nothing had to wait and it did no harm. `text` follows the
    /// task's name.
    fn verdict(&self, how: How, text: &str, after: u64) -> Option<Lint> {
        let certain = self.ready_tasks + self.due_timers > 0;
        if !certain && (how == How::Computing || self.is_alone) {
            return None;
        }
        let waited = [(self.ready_tasks, "ready task"), (self.due_timers, "due timer")];
        let waited = waited.into_iter().filter(|(number, _)| *number > 0);
        let waited: Vec<String> = waited.map(|(number, what)| count(number, what)).collect();
        let shared = "all tasks, timers and sockets of this runtime share one thread";
        let note = match &waited[..] {
            [] => shared.to_owned(), // it isn't always known which tasks are ready
            all => format!("{shared}: meanwhile {} had to wait", all.join(" and ")),
        };
        let name = self.name;
        let lint = Lint::new(how.kind(), Some(name), format!("{name} {text}"), after)
            .birth(name, self.made)
            .spot(self.at, format!("{name} was last seen at this `.await`"))
            .note(note);
        Some(Lint { certain, ..how.add_help(lint) })
    }
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
        let (mut stopwatch, mut run) = (Stopwatch::default(), Run::default());
        stopwatch.read_between_polls(&run, Duration::ZERO);
        for record in &script.records {
            run.step(record);
            stopwatch.step(&run, record);
        }
        stopwatch.read_between_polls(&run, 3 * BETWEEN_READINGS);
        assert_eq!(stopwatch.last_reading.at, Duration::ZERO);
        run.step(script.returns(Outcome::Pending).records.last().unwrap());
        stopwatch.read_between_polls(&run, 3 * BETWEEN_READINGS);
        assert_eq!(stopwatch.last_reading.at, 3 * BETWEEN_READINGS, "the poll has ended");
    }
}
