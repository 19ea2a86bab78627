//! Does the program wait forever?
//!
//! A *hang is certain* if the loop parks without a deadline while `main` isn't over, no task waits for a socket, no job is
//! out, and no other thread can act (`alone.rs`). It is a lost wake-up if `main`, or the task that it awaits at the last,
//! waits for nothing of kettle's; otherwise a deadlock. If other threads are left, and this process made all that is waited for,
//! the doctor's thread says so when the runtime has slept for [`LONG`], and nothing fails for it.
//!
//! While other tasks go on, a circle that has lasted for [`LASTING`] is told of, or one that is there at the end of the
//! run. It proves nothing: a guard may be where other code can drop it.
//!
//! A limit of time (`timeout`, or a `sleep` in a `select!`) keeps the program from sleeping for good. With the clock
//! paused a hang is known all the same, if each timer only limits a wait, and is told when `main` panics at that limit.
//!
//! Interface: [`Hangs`], [`lasting`]. Not here: a lost wake-up while the program goes on (`lost_wakeup.rs`); the table of
//! open waits, which each verdict has (`graph.rs`); what to write instead (`advice.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Cause, Event, Id, Kind, Outcome, Record, Resource};

use super::advice::advise;
use super::graph::{any_waits, circle, is_undriven, table};
use super::lint::{Lint, LintKind, span};
use super::lost_wakeup::{leaves_none, lost};
use super::run::Run;
use crate::fold::{State, Task};
use crate::words::teller::count;

/// A guard that was put elsewhere is mostly dropped sooner.
const LASTING: Duration = Duration::from_secs(1);
/// So many circles, and so many timers that only limit a wait, are looked at.
const MOST: usize = 64;
const MOST_TIMERS: usize = 8;
/// A timer fires in the tick in which it is due.
const TICK: Duration = Duration::from_millis(1);

/// What may be a hang yet.
#[derive(Debug, Default)]
pub(super) struct Hangs {
    /// Tasks that have come to wait for a lock, or for a task's end, since the last park.
    fresh: BTreeSet<Id>,
    /// Those that were in a circle then, and since when.
    open: Vec<(Id, Duration)>,
    limit: Limit,
}

impl Hangs {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        let at_a_limit = self.limit.see(run, record);
        let found = match record.event {
            Event::Wait { on: Resource::Task(_), .. } => {
                self.fresh.extend(record.task);
                None
            }
            Event::Wait { on: Resource::Sync(kind, ..), .. } if kind.is_lock() => {
                self.fresh.extend(record.task);
                None
            }
            Event::Park { timeout: None } if !run.listens() && run.is_alone(record) => {
                hangs(run, true, record.seq)
            }
            Event::Park { .. } => self.lasts(run, LASTING, record),
            Event::RunEnd { .. } => self.lasts(run, Duration::ZERO, record),
            _ => None,
        };
        at_a_limit.or(found)
    }

    /// A circle with a lock in it that has lasted for so long. It is closed by the last of its tasks that comes to wait.
    fn lasts(&mut self, run: &Run, least: Duration, record: &Record) -> Option<Lint> {
        let has_a_lock = |on| matches!(on, Resource::Sync(..));
        let locked = |id| circle(run, id).filter(|circle| any_waits(run, circle, has_a_lock));
        self.open.extend(std::mem::take(&mut self.fresh).into_iter().map(|id| (id, record.real)));
        self.open.retain(|(id, _)| locked(*id).is_some());
        self.open.truncate(MOST);
        let old = |(_, since): &(Id, Duration)| record.real.saturating_sub(*since) >= least;
        let tasks = locked(self.open.iter().find(|open| old(open))?.0)?;
        self.open.retain(|(id, _)| !tasks.contains(id));
        let lint = told(run, LintKind::Deadlock, of_a_circle(run, &tasks), (&tasks, record.seq));
        Some(Lint { certain: false, ..lint }.note(
            "each waits for another one of them, and none drops a guard before its own wait is over. (No event tells \
             whether a guard was moved to where other code can drop it)",
        ))
    }

    /// Is there a circle that is young?
    pub(super) fn may_last(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.fresh.len() + self.open.len()
    }
}

/// Nothing of this runtime can happen any more. `certain`: nor can another thread act.
fn hangs(run: &Run, certain: bool, after: u64) -> Option<Lint> {
    let mut all: Vec<Id> = run.alive().map(|task| task.id).collect();
    all.sort_unstable_by_key(|id| run.name(*id));
    run.main()?;
    let ready = |task: &Task| task.state != State::Waiting && !is_undriven(task);
    if run.alive().any(ready) {
        return None;
    }
    let around = all.iter().find_map(|id| circle(run, *id));
    if let Some(lost) = at_the_last(run).filter(|task| certain || leaves_none(task))
        && around.is_none()
    {
        return Some(lost_for_good(run, lost, after));
    }
    let undriven = run.alive().filter(|task| is_undriven(task)).count();
    let left = if certain { "nothing is left" } else { "only another thread is left" };
    let text = match (&around, all.len()) {
        _ if undriven > 0 => {
            let (tasks, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
            format!("{tasks} of a `LocalSet` {are} ready, and no task polls the set")
        }
        (Some(circle), _) => of_a_circle(run, circle),
        (_, 1) => format!("main waits, and {left} that could wake it"),
        (_, more) => {
            format!("main and {} wait, and {left} that could wake them", count(more - 1, "task"))
        }
    };
    if let Some(circle) = around {
        all.sort_by_key(|id| !circle.contains(id)); // they come first
    }
    let lint = told(run, LintKind::Deadlock, text, (&all, after));
    let lint = match run.panicked() {
        Some((name, made)) => {
            lint.spot(Some(made), format!("{name}, which was spawned here, has panicked"))
        }
        None => lint,
    };
    Some(Lint { certain, ..lint }.note(of_the_rest(run, certain)))
}

fn of_the_rest(run: &Run, certain: bool) -> String {
    let timers =
        if run.without_timers.get() { "each timer only limits a wait" } else { "no timer is set" };
    if certain {
        let end = if run.without_timers.get() {
            "only such a limit could end this"
        } else {
            "this program hangs forever"
        };
        format!(
            "{timers}, no task waits for a socket, no blocking job is running, and no other thread can act: {end}"
        )
    } else {
        format!("{timers}, and no task waits for a socket: only another thread could end this")
    }
}

/// With the table of these tasks' open waits, and what to write instead.
fn told(run: &Run, kind: LintKind, text: String, (tasks, after): (&[Id], u64)) -> Lint {
    let waits = tasks.iter().filter_map(|id| run.fold.task(*id)).flat_map(|task| run.open(task));
    let since = waits.map(|wait| wait.waiter.since).max();
    let lint = Lint::new(kind, None, text, after).since(since);
    advise(run, tasks, table(run, tasks, lint))
}

fn of_a_circle(run: &Run, circle: &[Id]) -> String {
    let is_join = |on| matches!(on, Resource::Task(_));
    match circle {
        [one] if any_waits(run, circle, is_join) => {
            format!("{} waits for itself to end", run.name(*one))
        }
        [one] => format!("{} waits for a lock that it took itself", run.name(*one)),
        all => {
            let (locks, joins) =
                (any_waits(run, all, |on| !is_join(on)), any_waits(run, all, is_join));
            let what = match (locks, joins) {
                (true, true) => "locks and ends",
                (true, false) => "locks",
                _ => "ends",
            };
            format!("{} tasks wait for each other's {what}", all.len())
        }
    }
}

/// The task for which `main` waits at the last, task by task, if that waits for nothing of kettle's. `main` itself only if there
/// are no others: it may wait forever so that they go on.
fn at_the_last(run: &Run) -> Option<&Task> {
    let mut at = run.main()?;
    for _ in run.alive() {
        match run.waits(at.id).first().map(|wait| wait.on) {
            None if at.kind == Kind::Main => {
                let others = || run.alive().filter(|task| task.kind != Kind::Main);
                let waits = |task: &&Task| task.state == State::Waiting && task.stored() == 0;
                return others().find(waits).or_else(|| others().next().is_none().then_some(at));
            }
            None => return Some(at).filter(|task| !is_undriven(task)),
            Some(Resource::Task(task)) => at = run.fold.task(task)?,
            Some(_) => return None,
        }
    }
    None
}

fn lost_for_good(run: &Run, task: &Task, after: u64) -> Lint {
    let lint = lost(run, task, after);
    let lint =
        if lint.text.ends_with("could wake it") { lint.note(of_the_rest(run, true)) } else { lint };
    let others: Vec<Id> = run.alive().map(|other| other.id).filter(|id| *id != task.id).collect();
    table(run, &others, Lint { certain: true, ..lint })
}

/// From the doctor's thread: the runtime has slept for long, and other threads are left. Has this process made all that is
/// waited for, and does each job wait for such a thing, too?
pub(super) fn lasting(run: &Run, after: u64) -> Option<Lint> {
    let all: Vec<_> = run.alive().flat_map(|task| run.open(task)).collect();
    let mut jobs = run.fold.jobs().filter(|(_, job)| job.out);
    let made = |on: Resource| match on {
        Resource::Task(id) => run.fold.task(id).is_some() || run.fold.job(id).is_some(),
        on => run.sync(on).is_some_and(|known| known.made.is_some()),
    };
    let ours = !all.is_empty() && all.iter().all(|wait| made(wait.on));
    let waits = jobs.all(|(id, _)| run.fold.wait_of_job(id).is_some_and(|wait| made(wait.on)));
    (ours && waits && !run.listens()).then(|| hangs(run, false, after))?
}

/// The last jump of the paused clock over which nothing could happen.
#[derive(Debug, Default)]
struct Limit {
    paused: bool,
    /// What would be said, the time to which the clock jumped, and whether a timer has led to `main`'s latest poll since.
    found: Option<(Lint, Duration, bool)>,
    /// The record after which all tasks were last looked at, and the longest jump so far.
    looked: u64,
    longest: Duration,
}

impl Limit {
    fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::RunStart { paused } => (self.paused, self.found) = (paused, None),
            Event::Advance { auto: false, .. } => self.paused = true,
            Event::Park { timeout } => {
                let jump = timeout.filter(|jump| self.paused && !jump.is_zero());
                let found = jump.and_then(|jump| self.look(run, record, jump));
                self.found = found.zip(jump).map(|(lint, jump)| (lint, record.time + jump, false));
            }
            Event::PollStart { task } if run.main().is_some_and(|main| main.id == task) => {
                let by = run.main().and_then(|main| main.woken_by).map(|wake| wake.by);
                self.found.iter_mut().for_each(|(.., timer)| *timer = by == Some(Cause::Timer));
            }
            // What begins something has got on.
            Event::Spawn { .. } | Event::BlockingStart { .. } | Event::TimerAdd { .. } => {
                self.found = None;
            }
            Event::PollEnd { task, outcome: Outcome::Panicked, .. }
                if run.fold.task(task).is_none_or(|task| task.kind == Kind::Main) =>
            {
                let (lint, until, is_mains) = self.found.take()?;
                let lint = Lint { certain: lint.certain && is_mains, ..lint };
                return (record.time <= until + TICK).then_some(lint);
            }
            _ => {}
        }
        None
    }

    /// Would the program hang without its timers, of which each only limits a wait? All tasks are looked at once in as many
    /// records as there are tasks, and where a jump is twice as long as any before.
    fn look(&mut self, run: &Run, record: &Record, jump: Duration) -> Option<Lint> {
        let few = run.fold.timer_count() <= MOST_TIMERS && run.now && !run.listens();
        let due = record.seq - self.looked >= run.fold.alive() as u64 || jump >= 2 * self.longest;
        if !few || !due {
            return None;
        }
        (self.looked, self.longest) = (record.seq, self.longest.max(jump));
        run.without_timers.set(true);
        let limits = only_limits(run) && hangs(run, true, record.seq).is_some();
        let found = limits.then(|| hangs(run, run.is_alone(record), record.seq)).flatten();
        run.without_timers.set(false);
        let lint = found?;
        // The whole limit, also if the jump is only the rest of it.
        let ends = record.time + jump + TICK;
        let timers = run.fold.timers().map(|(_, timer)| timer).filter(|timer| timer.due <= ends);
        let limit = timers.map(|timer| timer.due.saturating_sub(timer.since)).max();
        let limit = span(limit.map_or(jump, |limit| limit.max(jump)));
        let text = format!("{}; only a limit of {limit} has ended that", lint.text);
        let certain = run.is_alone(record);
        Some(Lint { text, certain, ..lint })
    }
}

/// Does the task of each timer wait for something else, too? (A waker outside kettle tells nothing: a `recv` that was given
/// up leaves one.)
fn only_limits(run: &Run) -> bool {
    run.fold.timers().all(|(id, _)| {
        let waiters = run.fold.waiters(Resource::Timer(id));
        let task = waiters.first().and_then(|waiter| run.fold.task(waiter.task?));
        task.is_some_and(|task| !run.few(task).is_empty())
    })
}
