//! Does the program wait forever?
//!
//! A *hang is certain* if the loop parks without a deadline while `main` isn't over, no task waits
//! for a socket, no job is out, and no other thread can act (`alone.rs`). It is a lost wake-up if a
//! task whose end is awaited waits for nothing of kettle's, and otherwise a deadlock. If other
//! threads are left, and this process made all that is waited for, the doctor's thread says so when
//! the runtime has slept for a second, and nothing fails for it.
//!
//! While other tasks go on, a circle is reported when it has lasted for [`LASTING`], or if it is
//! there at the end of the run. It proves nothing: a guard may be where other code can drop it.
//!
//! A limit of time (`timeout`, or a `sleep` in a `select!`) keeps a program from sleeping for good.
//! If `main` panics in the poll in which such a limit has ended its wait, the open waits of that
//! moment are a note.
//!
//! Interface: [`Hangs`], [`circles`], [`lasting`]. Not here: a lost wake-up while the program goes
//! on (`lost_wakeup.rs`); the table of open waits, which each verdict has (`graph.rs`); what to
//! write instead (`advice.rs`).

use std::time::Duration;

use kettle_events::{Cause, Event, Id, Outcome, Record, Resource, Thing};

use super::advice::{advise, of_a_circle};
use super::graph::{SHOWN, circle, is_undriven, table};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::{is_joined, leaves_none, lost, waiting};
use super::run::Run;
use crate::fold::{State, Task, Wait};
use crate::words::teller::count;

/// A guard that was put elsewhere is mostly dropped sooner.
pub(super) const LASTING: Duration = Duration::from_secs(1);

const OF_THE_REST: &str = "the loop isn't waiting for a timer, a socket or a blocking job, and no \
    other thread can act: this program hangs forever";
const OF_A_THREAD: &str =
    "the loop isn't waiting for a timer or a socket: only another thread could end this";

/// What waited when a timer had ended a wait of `main`'s, in the poll that goes on.
#[derive(Debug, Default)]
pub(super) struct Hangs(Option<Lint>);

impl Hangs {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::Park { timeout: None } if !run.listens() && run.is_alone(record) => {
                hangs(run, true, record.seq)
            }
            Event::PollEnd { outcome, .. } => {
                self.0.take().filter(|_| outcome == Outcome::Panicked)
            }
            _ => None,
        }
    }

    /// Before a scope ends, while its waits are open.
    pub(super) fn before_step(&mut self, run: &Run, record: &Record) {
        if let Event::ScopeEnd { won: Some(_), .. } = record.event {
            self.0 = at_a_limit(run, record).or(self.0.take());
        }
    }
}

/// Of `main`, woken by a timer: what waits as a `timeout` or a `select!` of its own is over?
fn at_a_limit(run: &Run, record: &Record) -> Option<Lint> {
    let main = run.main().filter(|main| record.task == Some(main.id) && main.stored() <= SHOWN)?;
    main.woken_by.filter(|wake| wake.by == Cause::Timer)?;
    let tasks: Vec<Id> = run.alive().map(|task| task.id).take(SHOWN).collect();
    let text = "a timer woke main, which panicked: these waits were open".to_owned();
    Some(table(run, &tasks, Lint::new(LintKind::End, None, text, record.seq)))
}

/// The circles with a lock in them that have lasted for so long.
pub(super) fn circles(run: &Run, least: Duration, record: &Record) -> Vec<Lint> {
    let began = |id: &Id| run.few(run.fold.task(*id)?).iter().map(|wait| wait.waiter.began).max();
    let lasts = |circle: &Vec<Id>| {
        let began = circle.iter().filter_map(began).max();
        began.is_some_and(|began| record.time.saturating_sub(began) >= least)
    };
    let mut all: Vec<Vec<Id>> = locked(run).filter(lasts).collect();
    all.sort();
    all.dedup();
    // With a waker of one of the tasks, other code may end this.
    let counted = if run.now && !all.is_empty() { waiting() } else { Vec::new() };
    let is_free = |(id, clones, _): &(Id, usize, usize), circle: &[Id]| {
        circle.contains(id) && run.fold.task(*id).is_none_or(|task| *clones != task.stored())
    };
    all.retain(|circle| !counted.iter().any(|task| is_free(task, circle)));
    let report = |circle: &Vec<Id>| {
        let lint = verdict(run, of_a_circle(run, circle).0, (circle, record.seq));
        Lint { certain: false, ..lint }.note(
            "each of them waits for another, and none drops a guard before its own wait is over. \
             No event shows a guard that was moved to where other code can drop it",
        )
    };
    all.iter().map(report).collect()
}

/// The circles of tasks that wait for a lock.
fn locked(run: &Run) -> impl Iterator<Item = Vec<Id>> {
    let is_lock = |on: Resource| matches!(on.thing(), Thing::Sync(kind, _) if kind.is_lock());
    let waits = run.fold.open_waits().inspect(|_| run.looks_at(1));
    let tasks = waits.filter(move |wait| is_lock(wait.on)).filter_map(|wait| wait.waiter.task);
    tasks.filter_map(|task| circle(run, task))
}

/// Is there a circle, which may not have lasted yet?
pub(super) fn may_last(run: &Run) -> bool {
    locked(run).next().is_some()
}

/// Nothing of this runtime can happen any more. `certain`: nor can another thread act.
fn hangs(run: &Run, certain: bool, after: u64) -> Option<Lint> {
    run.main()?;
    let ready = |task: &Task| task.state != State::Waiting && !is_undriven(task);
    if run.alive().any(ready) {
        return None;
    }
    let mut all: Vec<Id> = run.alive().map(|task| task.id).collect();
    let left = if certain { "nothing is left" } else { "only another thread is left" };
    let rest = if certain { OF_THE_REST } else { OF_A_THREAD };
    let circle = all.iter().find_map(|id| circle(run, *id)).unwrap_or_default();
    all.sort_by_key(|id| (!circle.contains(id), run.name(*id)));
    if circle.is_empty()
        && let Some(task) = at_the_last(run)
    {
        let lint = lost(run, task, after).note(rest);
        all.retain(|id| *id != task.id);
        return Some(table(run, &all, Lint { certain: certain || lint.certain, ..lint }));
    }
    let undriven = run.alive().filter(|task| is_undriven(task)).count();
    let text = match (&circle[..], all.len()) {
        _ if undriven > 0 => {
            let (tasks, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
            format!("{tasks} of a `LocalSet` {are} ready, and no task polls the set")
        }
        ([], 1) => format!("main waits, and {left} that could wake it"),
        ([], more) => {
            format!("main and {} wait, and {left} that could wake them", count(more - 1, "task"))
        }
        (circle, _) => of_a_circle(run, circle).0,
    };
    let lint = verdict(run, text, (&all, after));
    Some(Lint { certain, ..lint }.note(rest))
}

/// The task without an open wait that others wait for. `main` itself only if there are no others:
/// it may wait forever so that they go on.
fn at_the_last(run: &Run) -> Option<&Task> {
    let waits_for_nothing = |task: &&Task| run.open(task).is_empty() && !is_undriven(task);
    let mut all = run.alive().filter(waits_for_nothing);
    let main = run.main().filter(waits_for_nothing);
    let awaited = |task: &&Task| match main {
        Some(main) => task.id != main.id || run.alive().nth(1).is_none(),
        None => is_joined(run, task.id),
    };
    all.find(awaited)
}

/// With the table of these tasks' open waits, and what to write instead.
fn verdict(run: &Run, text: String, (tasks, after): (&[Id], u64)) -> Lint {
    let waits = tasks.iter().filter_map(|id| run.fold.task(*id)).flat_map(|task| run.open(task));
    let since = waits.map(|wait| wait.waiter.since).max();
    let lint = Lint::new(LintKind::Deadlock, None, text, after).since(since);
    advise(run, tasks, table(run, tasks, lint))
}

/// From the doctor's thread: the runtime has slept for long, and other threads are left. Do all
/// tasks and jobs wait for what is in this process? (Nobody knows that of a waker that other code
/// has.)
pub(super) fn lasting(run: &Run, after: u64) -> Option<Lint> {
    let is_here = |wait: &Wait| !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
    let ours = |task: &Task| match &run.open(task)[..] {
        [] => leaves_none(task) || is_undriven(task),
        waits => waits.iter().all(is_here),
    };
    let mut jobs = run.fold.jobs().filter(|(_, job)| job.out);
    let waits = jobs.all(|(id, _)| run.fold.wait_of_job(id).is_some_and(|wait| is_here(&wait)));
    let tasks = run.alive().any(|task| task.stored() > 0) && run.alive().all(ours);
    (waits && tasks && !run.listens()).then(|| hangs(run, false, after))?
}
