//! Does the program wait forever?
//!
//! A *hang is certain* if the loop parks without a deadline while `main` isn't over, no task waits
//! for a socket, no job is out, and no other thread can act (`alone.rs`). It is a lost wake-up if
//! `main`, or the task that it awaits at the last, waits for nothing of kettle's; otherwise a
//! deadlock. If other threads are left, and this process made all that is waited for, the doctor's
//! thread says so when the runtime has slept for a second, and nothing fails for it.
//!
//! While other tasks go on, a circle that has lasted for [`LASTING`] is told of, or one that is
//! there at the end of the run. It proves nothing: a guard may be where other code can drop it.
//!
//! A limit of time (`timeout`, or a `sleep` in a `select!`) keeps a program from sleeping for good.
//! If `main` panics in the poll in which one has ended its wait, the open waits of that moment are
//! a note, and no judgement.
//!
//! Interface: [`Hangs`], [`lasting`]. Not here: a lost wake-up while the program goes on
//! (`lost_wakeup.rs`); the table of open waits, which each verdict has (`graph.rs`); what to write
//! instead (`advice.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Cause, Event, Id, Kind, Outcome, Record, Resource};

use super::advice::advise;
use super::graph::{SHOWN, any_waits, circle, is_undriven, table};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::{leaves_none, lost, waiting};
use super::run::Run;
use crate::fold::{State, Task, Wait};
use crate::words::teller::count;

/// A guard that was put elsewhere is mostly dropped sooner.
const LASTING: Duration = Duration::from_secs(1);
/// So many circles are looked at.
const MOST: usize = 64;

/// What may be a hang yet.
#[derive(Debug, Default)]
pub(super) struct Hangs {
    /// Tasks that have come to wait for a lock, or for a task's end, since the last park.
    fresh: BTreeSet<Id>,
    /// Those that were in a circle then, and since when.
    open: Vec<(Id, Duration)>,
    /// What waited when a timer had ended a wait of `main`'s, in the poll that goes on.
    limit: Option<Lint>,
}

impl Hangs {
    pub(super) fn see(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
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
            Event::PollEnd { outcome, .. } => {
                self.limit.take().filter(|_| outcome == Outcome::Panicked)
            }
            _ => None,
        }
    }

    /// Before a scope ends, while its waits are open.
    pub(super) fn see_before(&mut self, run: &Run, record: &Record) {
        if let Event::ScopeEnd { won: Some(_), .. } = record.event {
            self.limit = at_a_limit(run, record).or(self.limit.take());
        }
    }

    /// A circle with a lock in it that has lasted for so long. It is closed by the last of its
    /// tasks that comes to wait.
    fn lasts(&mut self, run: &Run, least: Duration, record: &Record) -> Option<Lint> {
        let has_a_lock = |on| matches!(on, Resource::Sync(..));
        let locked = |id| circle(run, id).filter(|circle| any_waits(run, circle, has_a_lock));
        // (Where the record begins with what was there, a wait may be old.)
        let age = |id| {
            let waits = run.fold.task(id).map(|task| run.open(task)).unwrap_or_default();
            let began = waits.iter().map(|wait| wait.waiter.began).max();
            began.map_or(Duration::ZERO, |began| record.time.saturating_sub(began))
        };
        let fresh = std::mem::take(&mut self.fresh);
        self.open.extend(fresh.into_iter().map(|id| (id, record.real.saturating_sub(age(id)))));
        self.open.retain(|(id, _)| locked(*id).is_some());
        self.open.truncate(MOST);
        let old = |(_, since): &(Id, Duration)| record.real.saturating_sub(*since) >= least;
        let tasks = locked(self.open.iter().find(|open| old(open))?.0)?;
        self.open.retain(|(id, _)| !tasks.contains(id));
        // With a waker of one of them, other code may end this.
        let is_free = |(id, clones, _): &(Id, usize, usize)| {
            let stored = run.fold.task(*id).map_or(0, Task::stored);
            tasks.contains(id) && *clones != stored
        };
        if run.now && waiting().iter().any(is_free) {
            return None;
        }
        let lint = told(run, LintKind::Deadlock, of_a_circle(run, &tasks), (&tasks, record.seq));
        Some(Lint { certain: false, ..lint }.note(
            "each waits for another one of them, and none drops a guard before its own wait is \
             over. (No event tells whether a guard was moved to where other code can drop it)",
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
    Some(Lint { certain, ..lint }.note(if certain { OF_THE_REST } else { OF_A_THREAD }))
}

/// Of `main`, woken by a timer: what waits as a `timeout` or a `select!` of its own is over?
fn at_a_limit(run: &Run, record: &Record) -> Option<Lint> {
    let main = run.main().filter(|main| record.task == Some(main.id) && main.stored() <= SHOWN)?;
    main.woken_by.filter(|wake| wake.by == Cause::Timer)?;
    let tasks: Vec<Id> = run.alive().map(|task| task.id).take(SHOWN).collect();
    let text = "a timer woke main, which panicked: these waits were open".to_owned();
    Some(table(run, &tasks, Lint::new(LintKind::End, None, text, record.seq)))
}

const OF_THE_REST: &str = "no timer is set, no task waits for a socket, no blocking job is \
    running, and no other thread can act: this program hangs forever";
const OF_A_THREAD: &str =
    "no timer is set, and no task waits for a socket: only another thread could end this";

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

/// The task for which `main` waits at the last, task by task, if that waits for nothing of
/// kettle's. `main` itself only if there are no others: it may wait forever so that they go on.
fn at_the_last(run: &Run) -> Option<&Task> {
    let mut at = run.main()?;
    for _ in run.alive() {
        match run.open(at).first().map(|wait| wait.on) {
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
    let lint = if lint.text.ends_with("could wake it") { lint.note(OF_THE_REST) } else { lint };
    let others: Vec<Id> = run.alive().map(|other| other.id).filter(|id| *id != task.id).collect();
    table(run, &others, Lint { certain: true, ..lint })
}

/// From the doctor's thread: the runtime has slept for long, and other threads are left. Has this
/// process made all that tasks and jobs wait for? (Of a waker that other code has it isn't known.)
pub(super) fn lasting(run: &Run, after: u64) -> Option<Lint> {
    let made = |wait: &Wait| match wait.on {
        Resource::Task(id) => run.fold.task(id).is_some() || run.fold.job(id).is_some(),
        on => run.sync(on).is_some_and(|known| known.made.is_some()),
    };
    let ours = |task: &Task| match &run.open(task)[..] {
        [] => leaves_none(task) || is_undriven(task),
        waits => waits.iter().all(made),
    };
    let mut jobs = run.fold.jobs().filter(|(_, job)| job.out);
    let waits = jobs.all(|(id, _)| run.fold.wait_of_job(id).is_some_and(|wait| made(&wait)));
    let tasks = run.alive().any(|task| task.stored() > 0) && run.alive().all(ours);
    (waits && tasks && !run.listens()).then(|| hangs(run, false, after))?
}
