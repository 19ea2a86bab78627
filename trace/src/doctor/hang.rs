//! Does the program wait forever?
//!
//! A hang is *certain* if, when the loop parks without a deadline,
//! - `main` has not ended, and no task is ready;
//! - no blocking job is queued or running;
//! - no other thread can act (`alone.rs`);
//! - every socket that a task waits for has its other end in this process, and everything that was
//!   sent has been received.
//!
//! Each function gets a [`Moment`] (the tasks and waits that exist then) and gives verdicts.
//! `after` is the number of the last record that a verdict follows from, or `NO_RECORD`.
//! - [`hangs`]: is a hang certain? The verdict is a lost wake-up or a deadlock.
//! - [`likely_hang`]: could only another thread end the sleep? The open waits, as a note.
//! - [`circles`]: which tasks have waited in a circle for each other's locks, while others go on?
//!   It isn't proof: code outside the circle may have a guard, and drop it.
//! - [`missed_readiness`]: is a source ready although a task waits for it? A note.
//!
//! Elsewhere: when each of them is asked (`round.rs`, and `watch.rs` for the doctor's thread); the
//! table of open waits, which each verdict has (`table.rs`); what to write instead (`advice.rs`).

use std::time::Duration;

use kettle_events::{Coming, Id, Resource, TaskNow, Thing, WaitNow};

use super::advice::{advise, circle_words};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::{is_joined, lost};
use super::moment::Moment;
use super::table::table;
use crate::why::is_undriven;
use crate::words::teller::count;

const WHY_FOREVER: &str = "the loop isn't waiting for a timer, a socket or a blocking job, and no \
    other thread can act: this program hangs forever";
const WHY_FOREVER_WITH_SOCKETS: &str = "both ends of each socket that is waited for are in this \
    process, nothing more arrives there, and no timer, blocking job or other thread is left: this \
    program hangs forever";

/// The circles with a lock in them that have lasted for at least `least`.
pub(super) fn circles(moment: &Moment, least: Duration, after: u64) -> Vec<Lint> {
    let graph = &moment.graph;
    let lasts = |circle: &Vec<Id>| {
        let waits = circle.iter().flat_map(|id| graph.waits(*id));
        waits.map(|wait| wait.age).min().is_some_and(|age| age >= least)
    };
    // Code that has a clone of a task's waker could still wake it.
    let has_waker_elsewhere =
        |id: &Id| graph.task(*id).and_then(|task| task.clones).is_some_and(|clones| clones > 0);
    let mut all: Vec<Vec<Id>> = lock_circles(moment).filter(lasts).collect();
    all.retain(|circle| !circle.iter().any(has_waker_elsewhere));
    all.sort();
    all.dedup();
    let report = |circle: &Vec<Id>| {
        let text = circle_words(moment, circle).text;
        let lint = Lint::new(LintKind::Deadlock, None, text, after);
        Lint { certain: false, ..with_waits(moment, lint, circle) }.note(
            "each of them waits for another, and none drops a guard before its own wait is over. \
             No event shows a guard that was moved to where other code can drop it",
        )
    };
    all.iter().map(report).collect()
}

/// The circle around each wait for a lock, if there is one.
fn lock_circles(moment: &Moment) -> impl Iterator<Item = Vec<Id>> {
    let all = moment.graph.all_enders();
    lock_waits(moment)
        .filter_map(move |wait| moment.graph.circle(wait.by.filter(|by| all.contains(by))?))
}

/// Can only a task that has a guard end a wait for this?
pub(super) fn is_for_a_lock(on: Resource) -> bool {
    matches!(on.thing(), Thing::Sync(kind, _) if kind.is_lock())
}

/// The waits for locks.
pub(super) fn lock_waits<'a>(moment: &Moment<'a>) -> impl Iterator<Item = &'a WaitNow> {
    moment.now().waits.iter().filter(|wait| !wait.served && is_for_a_lock(wait.on))
}

/// Do all tasks wait forever? The caller has made sure that no job and no other thread can act.
pub(super) fn hangs(moment: &Moment, after: u64) -> Option<Lint> {
    let (graph, mut all) = (&moment.graph, all_asleep(moment)?);
    let waits_on_sockets = graph.coming().next().is_some();
    let why_forever = if waits_on_sockets { WHY_FOREVER_WITH_SOCKETS } else { WHY_FOREVER };
    let circle = all.iter().find_map(|id| graph.circle(*id)).unwrap_or_default();
    all.sort_by_key(|id| !circle.contains(id));
    if circle.is_empty()
        && let Some(task) = lost_task(moment)
    {
        let lint = lost(moment, task, after).note(why_forever);
        all.retain(|id| *id != task.id);
        return Some(table(moment, &all, Lint { certain: true, ..lint }));
    }
    let undriven = moment.now().tasks.iter().filter(|task| is_undriven(task)).count();
    let text = if undriven > 0 {
        let (tasks, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
        format!("{tasks} of a `LocalSet` {are} ready, and no task polls the set")
    } else if circle.is_empty() {
        waiting(all.len(), "nothing is left that could")
    } else {
        circle_words(moment, &circle).text
    };
    let lint = Lint::new(LintKind::Deadlock, None, text, after);
    Some(with_waits(moment, lint, &all).note(why_forever))
}

/// All tasks, sorted by name, if `main` is among them, no task will be polled without a wake, and
/// no more can arrive at any source that a task waits for.
fn all_asleep(moment: &Moment) -> Option<Vec<Id>> {
    let (graph, tasks) = (&moment.graph, &moment.now().tasks);
    graph.main().filter(|_| graph.coming().all(|coming| coming <= Coming::Closed))?;
    let sleeps = |task: &TaskNow| graph.is_waiting(task) || is_undriven(task);
    tasks.iter().all(sleeps).then(|| moment.by_names())
}

fn waiting(tasks: usize, what_could: &str) -> String {
    match tasks {
        1 => format!("main waits, and {what_could} wake it"),
        more => format!("main and {} wait, and {what_could} wake them", count(more - 1, "task")),
    }
}

/// A task whose wake-up is lost: it has no open wait, and either another task awaits its end or
/// `main` has no open wait either. `main` itself counts only if it is the only task: it may wait
/// forever on purpose, to keep the others going.
fn lost_task<'a>(moment: &Moment<'a>) -> Option<&'a TaskNow> {
    let (graph, tasks) = (&moment.graph, &moment.now().tasks);
    let waits_for_nothing = |task: &&TaskNow| graph.waits(task.id).is_empty() && !is_undriven(task);
    let main = graph.main().filter(waits_for_nothing);
    let awaited = |task: &&TaskNow| match main {
        Some(main) => task.id != main.id || tasks.len() == 1,
        None => is_joined(moment, task.id),
    };
    tasks.iter().filter(waits_for_nothing).find(awaited)
}

/// Adds the table of these tasks' open waits, and what to write instead.
fn with_waits(moment: &Moment, lint: Lint, tasks: &[Id]) -> Lint {
    let waits = tasks.iter().flat_map(|id| moment.graph.waits(*id));
    let since = waits.filter_map(|wait| wait.since).max();
    advise(moment, tasks, table(moment, tasks, lint.since(since)))
}

/// For the doctor's thread, when the loop has slept for a while: do all tasks and jobs wait for
/// what only code of this process could do? (If other code has a clone of a task's waker, nobody
/// can tell.) The caller drops the note if a thread of the program's own might act.
pub(super) fn likely_hang(moment: &Moment, after: u64) -> Option<Lint> {
    let (graph, now) = (&moment.graph, moment.now());
    let is_here = |wait: &&WaitNow| !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
    let is_task_here = |task: &TaskNow| match graph.waits(task.id) {
        [] => graph.has_no_waker(task) || is_undriven(task),
        waits => waits.iter().all(is_here),
    };
    let jobs_wait = now.jobs.iter().all(|job| graph.waits(job.id).iter().any(is_here));
    let a_task_waits = now.tasks.iter().any(|task| !graph.waits(task.id).is_empty());
    let is_likely = jobs_wait && a_task_waits && now.tasks.iter().all(is_task_here);
    let all = all_asleep(moment).filter(|_| is_likely)?;
    let text = waiting(all.len(), "only another thread could");
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(with_waits(moment, Lint { certain: false, ..lint }, &all))
}

/// For the doctor's thread: is a source ready although a task waits for it? The selector's report
/// was used up (`ready.rs`). It is only a note, because more may arrive, and cause a new report.
pub(super) fn missed_readiness(moment: &Moment, after: u64) -> Option<Lint> {
    let is_missed = |wait: &&WaitNow| {
        let ready = moment.ready(wait.on).filter(|_| wait.is_asked());
        ready.is_some_and(|(source, way)| source.end.coming[way as usize] > Coming::OnItsWay)
    };
    let wait = moment.now().waits.iter().find(is_missed)?;
    let by = wait.by?;
    let text = format!("{} waits {}, which is ready", moment.who(by), moment.awaited(wait.on));
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(Lint { certain: false, ..with_waits(moment, lint, &[by]) })
}
