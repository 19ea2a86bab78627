//! Did one poll keep the thread from all other tasks?
//!
//! It took long by the machine's clock. The processor's time tells what it did meanwhile: nothing,
//! then it slept or waited for a lock of std's (`blocking_poll`); or it computed (`never_yields`,
//! and then only if another task was ready). Time in which the machine ran other programs is
//! neither, and some is granted for each page of memory that had to be fetched from the disk. A lock of std's may be
//! in the hands of a thread that the machine lets wait: so the time in which the program's other threads were ready
//! without a processor is granted, too. Where that is not known, or explains the whole poll, only one that
//! took [`UNKNOWN`] is told of, as what may be wrong. So is one during which nothing had to wait; if there is no other
//! task, no harm was done, and nothing is said.
//!
//! The thread's times are asked for now and then, so that those of a long poll are known to within
//! [`OFTEN`]. Where the system doesn't tell them, only a poll that took [`UNKNOWN`] is told of.
//!
//! Not here: many short polls (`short_polls.rs`), a poll that never ends (`watch.rs`).

use std::time::{Duration, Instant};

use kettle_events::{Direction, Event, Id, Record};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::short_polls::{BLOCKED, HELD_UP, ShortPolls};
use super::system::{FETCH, Neighbours, Spent, Times};
use super::threads::{is_a_test_program, other_threads};
use crate::fold::{Side, Source, Task};
use crate::words::teller::count;

/// A poll that does nothing for so long blocks the thread.
const BLOCKS: Duration = Duration::from_millis(200);
/// A poll that computes for so long, while other tasks are ready, should yield.
const COMPUTES: Duration = Duration::from_millis(250);
/// The same where the system doesn't tell one from the other.
const UNKNOWN: Duration = Duration::from_secs(1);
/// How old the thread's times may be.
const OFTEN: Duration = Duration::from_millis(50);

/// What to write instead of what computes.
const COMPUTED: &str = "call `kettle::task::yield_now().await` now and then, or move \
    the work into `kettle::task::spawn_blocking`";

/// The thread's times, when they were last asked for.
#[derive(Debug)]
pub(super) struct Watch {
    times: Option<Times>,
    neighbours: Option<Neighbours>,
    at: Duration,
    /// The other threads as the doctor's own thread has found them since then: one of them may end soon.
    seen: Option<(Instant, Neighbours)>,
    /// A panic that the program catches reads the program's debug information for its backtrace,
    /// and one thread at a time may do so. So it counts where there are other threads.
    backtraces: bool,
    /// Those that go on, one inside the other.
    polls: Vec<Poll>,
    short: ShortPolls,
}

/// One poll that goes on.
#[derive(Clone, Copy, Debug)]
struct Poll {
    task: Id,
    real: Duration,
    /// How many others were ready as it began; or, in its middle, before nothing was recorded for long.
    ready: usize,
    /// The last record in it: when, and how many were ready then.
    last: (Duration, usize),
    /// When the last long stretch without a record ended in it, by the runtime's clock.
    quiet: Duration,
    /// How much of it went to polls inside it, and to those that record it.
    inner: Duration,
}

impl Poll {
    /// Tasks that it has spawned or woken wait, too, if it then goes on for long.
    fn passes(&mut self, record: &Record, ready: usize) {
        let (before, waited) = std::mem::replace(&mut self.last, (record.real, ready));
        if record.real.saturating_sub(before) >= BLOCKS {
            self.ready = self.ready.max(waited);
            self.quiet = record.time;
        }
    }
}

/// What a thread did for so long.
enum Doing {
    Nothing(Duration),
    /// The same; but perhaps the machine has held up a thread for which it waited.
    HeldUp(Duration),
    Computing(Duration),
    Something(Duration),
}

impl Watch {
    pub(super) fn new() -> Watch {
        let backtraces = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
        Watch {
            times: Times::now(),
            neighbours: Neighbours::now(),
            at: Duration::ZERO,
            seen: None,
            backtraces,
            polls: Vec::new(),
            short: ShortPolls::default(),
        }
    }

    /// Asks for the thread's times, if the last ones are old. Not in the middle of a poll, whose beginning they must
    /// tell of.
    pub(super) fn take_time(&mut self, real: Duration) {
        let goes_on = self.polls.iter().any(|poll| poll.real < real);
        if !goes_on && real.saturating_sub(self.at) >= OFTEN {
            (self.times, self.neighbours, self.at) = (Times::now(), Neighbours::now(), real);
            self.seen = None;
        }
    }

    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        if let Some(poll) = self.polls.last_mut() {
            poll.inner += record.overhead; // the doctor's own time, and that of the sink behind it
            poll.passes(record, run.fold.queued());
        }
        match record.event {
            Event::RunStart { .. } => self.polls.clear(),
            Event::TimerFire { late, .. } => self.short.fired(late),
            Event::PollStart { task } => {
                let (real, ready) = (record.real, run.fold.queued());
                let (inner, last) = (Duration::ZERO, (real, ready));
                self.polls.push(Poll { task, real, ready, last, quiet: Duration::MAX, inner });
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
                if took < BLOCKS {
                    let poll = (poll.task, took, poll.ready > 0);
                    return self.short.polled(run, poll, (record.real, record.seq));
                }
                return self.judge(run, record, poll, took);
            }
            _ => {}
        }
        None
    }

    /// How long the other threads were ready without a processor since the times were last asked for.
    fn held_up(&self) -> Option<Duration> {
        let (now, before) = (Neighbours::now()?, self.neighbours.as_ref()?);
        now.held_up_since(before, None).or_else(|| {
            let (at, seen) = self.seen.as_ref()?;
            let until_then = seen.held_up_since(before, None)?;
            Some(until_then + now.held_up_since(seen, Some(at.elapsed()))?)
        })
    }

    /// From the doctor's own thread, while a poll of this one goes on.
    pub(super) fn look_at_neighbours(&mut self, thread: u64) {
        self.seen = Neighbours::beside(thread).map(|seen| (Instant::now(), seen));
    }

    fn judge(&self, run: &Run, record: &Record, poll: Poll, took: Duration) -> Option<Lint> {
        let doing = match Times::now().filter(|_| run.now) {
            Some(times) => {
                let Spent { on, ready, fetched } = times.since(self.times);
                let idle = took.saturating_sub(on + ready);
                let waits_its_turn = self.backtraces && other_threads() != Some(0);
                let blocks = if waits_its_turn { UNKNOWN } else { BLOCKS + FETCH * fetched };
                match self.held_up() {
                    _ if idle < blocks => Doing::Computing(on.min(took)),
                    Some(held_up) if idle >= blocks + held_up => Doing::Nothing(idle),
                    // Under `cargo test` the threads of other tests end all the time.
                    held_up if idle < UNKNOWN && (held_up.is_some() || !is_a_test_program()) => {
                        return None;
                    }
                    _ => Doing::HeldUp(idle),
                }
            }
            None => Doing::Something(took),
        };
        let waited = Waited::during(run, poll, record.time);
        match doing {
            Doing::Nothing(idle) if waited.perhaps(idle) => {
                Some(blocked(run, poll, record, idle, &waited))
            }
            Doing::HeldUp(idle) if waited.perhaps(idle) => {
                let lint = blocked(run, poll, record, idle, &waited).note(HELD_UP);
                Some(Lint { certain: false, ..lint })
            }
            Doing::Something(took) if took >= UNKNOWN && waited.perhaps(took) => {
                Some(blocked(run, poll, record, took, &waited))
            }
            Doing::Computing(on) if on >= COMPUTES && waited.anybody() => {
                Some(computed(run, poll, record, on, &waited))
            }
            _ => None,
        }
    }
}

/// What could have gone on meanwhile.
struct Waited {
    ready: usize,
    due: usize,
    /// Other tasks waited for so many sockets.
    sockets: usize,
    /// There were other tasks at all, while nothing went on.
    others: bool,
}

impl Waited {
    fn during(run: &Run, poll: Poll, until: Duration) -> Waited {
        let due = run.fold.timers().map(|(_, timer)| timer).filter(|timer| timer.due < until); // also one that was overdue when it began
        let others = |side: &Side| side.waiters.iter().any(|waiter| waiter.task != Some(poll.task));
        let waited_for = |source: &Source| Direction::ALL.iter().any(|to| others(source.side(*to)));
        let sockets = run.fold.sources().filter(|(_, source)| waited_for(source));
        let came_after = |task: &Task| task.polls == 0 && task.since >= poll.quiet;
        let others = run.alive().any(|task| task.id != poll.task && !came_after(task));
        Waited { ready: poll.ready, due: due.count(), sockets: sockets.count(), others }
    }

    fn anybody(&self) -> bool {
        self.ready + self.due > 0
    }

    /// Did it matter to any other task that the thread did nothing for so long?
    fn perhaps(&self, idle: Duration) -> bool {
        self.anybody() || self.sockets > 0 || self.others && idle >= UNKNOWN
    }

    fn told(&self) -> String {
        let (tasks, timers) = (count(self.ready, "task"), count(self.due, "timer"));
        let were = if self.ready == 1 { "was" } else { "were" };
        match (self.ready, self.due) {
            (0, 0) if self.sockets > 0 => {
                let sockets = count(self.sockets, "socket");
                format!("whatever came meanwhile at {sockets} could not be served")
            }
            (0, 0) => "no other task was ready when it began".to_owned(),
            (_, 0) => format!("meanwhile {tasks} {were} ready and could not run"),
            (0, _) => format!("meanwhile {timers} fell due and could not fire"),
            _ => format!("meanwhile {tasks} {were} ready and {timers} fell due, and had to wait"),
        }
    }
}

fn blocked(run: &Run, poll: Poll, record: &Record, took: Duration, waited: &Waited) -> Lint {
    let name = run.name(poll.task);
    let text = format!("{name} blocked the thread for {} in one poll", span(took));
    let lint = lint(run, poll, record, LintKind::BlockingPoll, text);
    // Otherwise perhaps nothing has come at these sockets, and nothing was to be done.
    Lint { certain: waited.anybody(), ..lint }
        .note(format!(
            "all tasks, timers and sockets of this runtime share one thread: {}",
            waited.told()
        ))
        .help(BLOCKED)
}

fn computed(run: &Run, poll: Poll, record: &Record, took: Duration, waited: &Waited) -> Lint {
    let name = run.name(poll.task);
    let text = format!("{name} computed for {} in one poll", span(took));
    lint(run, poll, record, LintKind::NeverYields, text)
        .note(format!("other tasks run only when an `.await` has to wait: {}", waited.told()))
        .help(COMPUTED)
}

fn lint(run: &Run, poll: Poll, record: &Record, kind: LintKind, text: String) -> Lint {
    let lint = Lint::new(kind, Some(run.name(poll.task)), text, record.seq);
    let lint = match run.fold.task(poll.task) {
        Some(task) => run.birth(lint, task),
        None => lint,
    };
    lint.spot(record.at.place(), format!("{} was last seen at this `.await`", run.name(poll.task)))
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
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 1);
        script.at(9_001).write(Event::PollEnd { task: main, outcome, wakers, handles });
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
        let (mut watch, mut run) = (Watch::new(), Run::new(false));
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
