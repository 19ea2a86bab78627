//! Did one poll keep the thread from all other tasks?
//!
//! It took long by the machine's clock, without what recording took. The times of the runtime's own
//! thread tell what it did meanwhile: it was asleep (`blocking_poll`), on a processor
//! (`never_yields`), or ready without one, which is no fault of the program's. They are read now
//! and then between two polls, so those of a long poll are known to within [`OFTEN`]. Where the
//! system doesn't tell them, a poll that took [`UNKNOWN`] is said to have blocked.
//!
//! It is said who had to wait: tasks that were ready, and timers that fell due. If there were none,
//! nothing is certain; if nothing else is alive, no harm was done, and nothing is said.
//!
//! Interface: [`Watch`]; [`goes_on`], of a poll that has not ended (`watch.rs`).

use std::time::Duration;

use kettle_events::{Event, Id, Kind, Place, Record};

use super::lint::{Lint, LintKind, span};
use super::moment::Moment;
use super::run::Run;
use super::system::{Thread, Times};
use crate::words::teller::count;

/// A poll that is asleep for so long blocks the thread; one that computes for so long should yield.
const BLOCKS: Duration = Duration::from_millis(200);
/// The same where the system doesn't tell one from the other.
const UNKNOWN: Duration = Duration::from_secs(1);
/// How old the thread's times may be.
const OFTEN: Duration = Duration::from_millis(50);

const BLOCKED: &str = "write `kettle::time::sleep(…).await` in place of `std::thread::sleep`, and \
    `.await` in place of another crate's `block_on`; use `kettle::net` and `kettle::process` in \
    place of std's, and a lock or a channel of `kettle::sync` in place of one of std. Code that \
    can't be awaited belongs in `kettle::task::spawn_blocking`";
const COMPUTED: &str = "await what a loop asks for: `rx.recv().await` in place of `try_recv`. A \
    long computation calls `kettle::task::yield_now().await` now and then, or belongs in \
    `kettle::task::spawn_blocking`";
const SPENT: &str = "it has spent its budget: until this poll returns, every future of kettle's \
    returns `Pending` in it, and so a `block_on` of another crate waits forever";

/// The polls that go on, and the thread's times when they were last read.
#[derive(Debug, Default)]
pub(super) struct Watch {
    times: Option<Times>,
    at: Duration,
    /// One inside the other.
    polls: Vec<Poll>,
}

/// One poll that goes on.
#[derive(Clone, Copy, Debug)]
struct Poll {
    task: Id,
    real: Duration,
    /// How many others were ready as it began; or, in its middle, before nothing was recorded for
    /// long.
    ready: usize,
    /// The last record in it: when, and how many were ready then.
    last: (Duration, usize),
    /// How much of it went to polls inside it, and to those that record it.
    inner: Duration,
}

impl Watch {
    /// These times were read before the record began.
    pub(super) fn begun(read: Option<(Duration, Times)>) -> Watch {
        let (at, times) = read.unzip();
        Watch { times, at: at.unwrap_or_default(), polls: Vec::new() }
    }

    /// Reads the thread's times, if the last ones are old. Not in the middle of a poll, whose
    /// beginning they must tell of.
    pub(super) fn take_time(&mut self, real: Duration) {
        let goes_on = self.polls.iter().any(|poll| poll.real < real);
        if !goes_on && (self.times.is_none() || real.saturating_sub(self.at) >= OFTEN) {
            (self.times, self.at) = (Thread::this().and_then(Thread::times), real);
        }
    }

    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let queued = run.fold.queued();
        if let Some(poll) = self.polls.last_mut() {
            poll.inner += record.overhead; // the doctor's own time, and that of the sink behind it
            // Tasks that it has spawned or woken wait, too, if it then goes on for long.
            let (before, waited) = std::mem::replace(&mut poll.last, (record.real, queued));
            if record.real.saturating_sub(before) >= BLOCKS {
                poll.ready = poll.ready.max(waited);
            }
        }
        match record.event {
            Event::RunStart { .. } => self.polls.clear(),
            Event::PollStart { task } => {
                let (real, ready, inner) = (record.real, queued, Duration::ZERO);
                self.polls.push(Poll { task, real, ready, last: (real, ready), inner });
            }
            // (The loop hands records over when a poll has ended: it has done so, or it goes on.)
            Event::PollEnd { .. } | Event::Lost { .. } => {
                let poll = match record.event {
                    Event::Lost { .. } => self.polls.drain(..).next()?,
                    _ => self.polls.pop()?,
                };
                let took = record.real.saturating_sub(poll.real);
                if let Some(outer) = self.polls.last_mut() {
                    outer.inner += took;
                }
                let took = took.saturating_sub(poll.inner);
                return (took >= BLOCKS).then(|| self.judge(run, record, poll, took))?;
            }
            _ => {}
        }
        None
    }

    fn judge(&self, run: &Run, record: &Record, poll: Poll, took: Duration) -> Option<Lint> {
        let times = run.now.then(|| Thread::this()?.times()).flatten().zip(self.times);
        let spent = times.map(|(now, before)| {
            let on = now.on.saturating_sub(before.on).min(took);
            let asleep = took.saturating_sub(on + now.ready.saturating_sub(before.ready));
            // (All that came between that reading and the poll may have been work.)
            (on.saturating_sub(poll.real.saturating_sub(self.at)), asleep)
        });
        let (kind, long) = match spent {
            Some((_, asleep)) if asleep >= BLOCKS => (LintKind::BlockingPoll, asleep),
            Some((on, _)) if on >= BLOCKS => (LintKind::NeverYields, on),
            None if took >= UNKNOWN => (LintKind::BlockingPoll, took),
            _ => return None,
        };
        let waited = Waited::during(run, poll.task, poll.ready, record.time);
        let text = format!("{} for {} in one poll", did(kind), span(long));
        let lint = told(run, poll.task, (kind, text), &waited, record.seq)?;
        let lint = at_last(run, poll.task, record.at.place(), lint);
        Some(spent.map_or(lint.clone(), |(on, asleep)| {
            lint.note(format!(
                "of the {} that the poll took, the thread was on a processor for {} and asleep for \
                 {}",
                span(took),
                span(on),
                span(asleep)
            ))
        }))
    }
}

fn did(kind: LintKind) -> &'static str {
    if kind == LintKind::NeverYields { "computed" } else { "blocked the thread" }
}

/// What was kept waiting. `None`, if a poll that computes kept nobody, or one that sleeps is alone.
fn told(
    run: &Run,
    task: Id,
    (kind, text): (LintKind, String),
    waited: &Waited,
    after: u64,
) -> Option<Lint> {
    let computes = kind == LintKind::NeverYields;
    let certain = waited.ready + waited.due > 0;
    if !(certain || waited.others && !computes) {
        return None;
    }
    let name = run.name(task);
    let lint = Lint::new(kind, Some(name), format!("{name} {text}"), after);
    let lint = run.fold.task(task).map_or(lint.clone(), |task| run.birth(lint, task));
    let lint = lint
        .note(format!(
            "all tasks, timers and sockets of this runtime share one thread: {}",
            waited.words()
        ))
        .help(if computes { COMPUTED } else { BLOCKED });
    Some(Lint { certain, ..lint })
}

fn at_last(run: &Run, task: Id, at: Option<Place>, lint: Lint) -> Lint {
    lint.spot(at, format!("{} was last seen at this `.await`", run.name(task)))
}

/// What could have gone on meanwhile.
struct Waited {
    ready: usize,
    due: usize,
    /// Another task, or a timer.
    others: bool,
}

impl Waited {
    fn during(run: &Run, task: Id, ready: usize, until: Duration) -> Waited {
        let due = run.fold.timers().filter(|(_, timer)| timer.due < until).count();
        let is_main = run.fold.task(task).is_some_and(|task| task.kind == Kind::Main);
        let others = !is_main || run.fold.alive() > 0 || run.fold.timer_count() > 0;
        Waited { ready, due, others }
    }

    fn words(&self) -> String {
        let all = [(self.ready, "ready task"), (self.due, "due timer")];
        let all = all.into_iter().filter(|(some, _)| *some > 0);
        let all: Vec<String> = all.map(|(some, what)| count(some, what)).collect();
        if all.is_empty() {
            return "no task was ready, and no timer due".to_owned();
        }
        format!("meanwhile {} had to wait", all.join(" and "))
    }
}

/// Of a poll that has gone on for so long, and in which the thread `computes` or is asleep. It has
/// `begun` so many tasks and timers.
pub(super) fn goes_on(
    (run, moment): (&Run, &Moment),
    task: Id,
    so_far: Duration,
    (computes, begun): (bool, [usize; 2]),
) -> Option<Lint> {
    // A paused clock is moved by the loop alone.
    let until = if moment.paused { Duration::ZERO } else { moment.time + so_far };
    let mut waited = Waited::during(run, task, run.fold.queued() + begun[0], until);
    waited.others |= begun[1] > 0;
    let kind = if computes { LintKind::NeverYields } else { LintKind::BlockingPoll };
    let text = format!("has {} for {} in one poll, which goes on", did(kind), span(so_far));
    let lint = told(run, task, (kind, text), &waited, moment.seq)?;
    let at = moment.at.or(run.fold.task(task).and_then(|task| task.at));
    let lint = at_last(run, task, at, lint);
    Some(if moment.spent && !computes { lint.note(SPENT) } else { lint })
}

#[cfg(test)]
mod tests {
    use kettle_events::{Cause, Effect, Outcome};

    use super::super::round::Round;
    use super::*;
    use crate::fixture::{Script, spawn};

    /// It makes more events than the recorder keeps, while a task is ready.
    #[test]
    fn of_a_poll_whose_records_are_lost_there_is_a_verdict() {
        let ((mut script, main), task) = (Script::begun(false), Id::next());
        script.task(main);
        let (by, effect) = (Cause::Runtime, Effect::Queued(1));
        script.write(spawn(task)).write(Event::Wake { task, by, effect, wait: None });
        script.at(1).write(Event::PollStart { task: main });
        script.at(2_001).write(Event::Lost { records: 7 });
        let outcome = Outcome::Pending;
        script.at(9_001).write(Event::PollEnd { task: main, outcome });
        let mut round = Round::new(false);
        round.see(&script.records);
        let [lint] = &round.found[..] else { panic!("{:?}", round.found) };
        assert!(lint.kind == LintKind::BlockingPoll && !lint.certain, "{lint:?}");
        assert!(lint.text.contains("for 2.0 s"), "{lint:?}");
    }

    /// A poll that spends its budget hands its records over before it ends.
    #[test]
    fn in_the_middle_of_a_poll_the_times_of_its_beginning_are_kept() {
        let (mut script, main) = Script::begun(false);
        script.task(main).write(Event::PollStart { task: main });
        let (mut watch, mut run) = (Watch::default(), Run::new(false));
        watch.take_time(Duration::ZERO);
        for record in &script.records {
            run.step(record);
            watch.see(&run, record);
        }
        let begins = script.records.last().unwrap().real;
        watch.at = begins;
        watch.take_time(begins + 3 * OFTEN);
        assert_eq!(watch.at, begins);
        watch.polls.clear();
        watch.take_time(begins + 3 * OFTEN);
        assert_eq!(watch.at, begins + 3 * OFTEN, "between two polls they are asked for");
    }
}
