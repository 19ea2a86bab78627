//! Does the program wait forever?
//!
//! A hang is *certain* if, when the loop parks without a deadline,
//! - `main` has not ended, and no task is ready;
//! - no blocking job is queued or running;
//! - no other thread can act (`alone.rs`);
//! - every socket that a task waits for has its other end in this process, and everything that was
//!   sent has been received.
//!
//! Interface: each function gets a [`Moment`] (the tasks and waits that exist then) and gives
//! verdicts. `after` is the number of the last record that a verdict follows from, or `NO_RECORD`.
//! - [`circles`]: which tasks have waited in a circle for each other's locks, while others go on?
//!   It isn't proof: code outside the circle may have a guard, and drop it.
//! - [`hangs`]: is a hang certain? The verdict is a lost wake-up or a deadlock.
//! - [`likely_hang`]: could only another thread end the sleep? A note with the open waits.
//! - [`missed_readiness`]: is a source ready although a task waits for it? A note.
//!
//! [`is_for_a_lock`] and [`lock_waits`] find the waits for locks.
//!
//! Elsewhere: when each of them is asked (`round.rs`, and `watch.rs` for the doctor's thread); what
//! hangs beside a heartbeat (`heartbeat.rs`); the table of open waits, which each verdict has
//! (`table.rs`); what to write instead (`advice.rs`).

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Coming, Id, Resource, TaskNow, Thing, WaitNow};

use super::advice::{advise, circle_words};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::{is_joined, no_waker_left, waker_never_called};
use super::moment::Moment;
use super::table::table;
use crate::why::is_undriven;
use crate::words::teller::count;

const WHY_FOREVER: &str = "the loop isn't waiting for a timer, a socket or a blocking job, and no \
    other thread can act: this program hangs forever";
const WHY_FOREVER_WITH_SOCKETS: &str = "both ends of each socket that is waited for are in this \
    process, nothing more arrives there, and no timer, blocking job or other thread is left: this \
    program hangs forever";

const WHY_IT_STAYS: &str = "it waits for what it has taken itself. No event shows a guard that was \
    moved to where other code can drop it";
const WHY_THEY_STAY: &str = "each of them waits for another, and none drops a guard before its own \
    wait is over. No event shows a guard that was moved to where other code can drop it";

/// The circles with a lock in them that have lasted for at least `min_age`.
pub(super) fn circles(moment: &Moment, min_age: Duration, after: u64) -> Vec<Lint> {
    let graph = &moment.graph;
    let lasts = |circle: &Vec<Id>| {
        let mut waits = circle.iter().flat_map(|id| graph.waits(*id));
        waits.all(|wait| graph.age(wait) >= min_age)
    };
    // Code that has a clone of a task's waker could still wake it.
    let has_waker_elsewhere = |id: &Id| graph.task(*id).is_some_and(|task| task.clones > Some(0));
    let mut circles = lock_circles(moment);
    circles.retain(|circle| lasts(circle) && !circle.iter().any(has_waker_elsewhere));
    let report = |circle: &Vec<Id>| {
        let text = circle_words(moment, circle).text;
        let lint = Lint::new(LintKind::Deadlock, None, text, after);
        let why = if circle.len() == 1 { WHY_IT_STAYS } else { WHY_THEY_STAY };
        Lint { certain: false, ..with_waits(moment, lint, circle) }.note(why)
    };
    circles.iter().map(report).collect()
}

/// The circles around the waits for locks, each once.
fn lock_circles(moment: &Moment) -> BTreeSet<Vec<Id>> {
    // The tasks that must act before another one's wait can end: a circle has no other tasks.
    let enders = moment.graph.all_enders();
    let waiting = lock_waits(moment).filter_map(|wait| wait.by).filter(|by| enders.contains(by));
    waiting.filter_map(|task| moment.graph.circle(task)).collect()
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
    let (graph, mut tasks) = (&moment.graph, all_asleep(moment)?);
    // (`coming` says, for each source that is waited for, what could arrive there.)
    let awaits_sockets = graph.coming().next().is_some();
    let why_forever = if awaits_sockets { WHY_FOREVER_WITH_SOCKETS } else { WHY_FOREVER };
    let circle = tasks.iter().find_map(|id| graph.circle(*id)).unwrap_or_default();
    if circle.is_empty()
        && let Some(lost) = lost_task(moment)
    {
        let lint = match lost.clones {
            Some(0) => no_waker_left(moment, lost, after),
            _ => waker_never_called(lost, after),
        };
        tasks.retain(|id| *id != lost.id);
        let lint = Lint { certain: true, ..lint.note(why_forever) };
        return Some(table(moment, &tasks, lint));
    }
    let text = hang_words(moment, &circle, tasks.len(), "nothing is left that could");
    let lint = Lint::new(LintKind::Deadlock, None, text, after);
    tasks.sort_by_key(|id| !circle.contains(id)); // the circle first
    Some(with_waits(moment, lint, &tasks).note(why_forever))
}

/// The text of a verdict on so many tasks that all wait. The circle may be empty.
pub(super) fn hang_words(moment: &Moment, circle: &[Id], tasks: usize, what_could: &str) -> String {
    let undriven = moment.now().tasks.iter().filter(|task| is_undriven(task)).count();
    if undriven > 0 {
        let (of_set, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
        format!("{of_set} of a `LocalSet` {are} ready, and no task polls the set")
    } else if circle.is_empty() {
        waiting_words(tasks, what_could)
    } else {
        circle_words(moment, circle).text
    }
}

/// All tasks, sorted by name, if `main` is among them, they sleep, and no more can arrive at any
/// source that a task waits for.
fn all_asleep(moment: &Moment) -> Option<Vec<Id>> {
    let (graph, tasks) = (&moment.graph, moment.by_names());
    let nothing_can_arrive = graph.coming().all(|coming| coming <= Coming::Closed);
    let hangs = graph.main().is_some() && nothing_can_arrive && all_sleep(moment, &tasks);
    if hangs { Some(tasks) } else { None }
}

/// Will none of these tasks be polled without a wake?
pub(super) fn all_sleep(moment: &Moment, tasks: &[Id]) -> bool {
    let graph = &moment.graph;
    let sleeps = |task: &TaskNow| graph.is_waiting(task) || is_undriven(task);
    tasks.iter().filter_map(|id| graph.task(*id)).all(sleeps)
}

/// Says that all tasks wait, `main` included. `what_could` is the subject of "wake them".
fn waiting_words(tasks: usize, what_could: &str) -> String {
    match tasks - 1 {
        0 => format!("main waits, and {what_could} wake it"),
        others => format!("main and {} wait, and {what_could} wake them", count(others, "task")),
    }
}

/// A task whose wake-up is lost: it has no open wait, and a task awaits its end. If `main` has no
/// open wait either, nobody need await its end. `main` itself counts only if it is the only task,
/// since it may wait forever on purpose, to keep the others going.
fn lost_task<'a>(moment: &Moment<'a>) -> Option<&'a TaskNow> {
    let (graph, tasks) = (&moment.graph, &moment.now().tasks);
    let waits_for_nothing = |task: &&TaskNow| graph.waits(task.id).is_empty() && !is_undriven(task);
    let main_without_wait = graph.main().filter(waits_for_nothing);
    let is_lost = |task: &&TaskNow| match main_without_wait {
        Some(main) => task.id != main.id || tasks.len() == 1,
        None => is_joined(moment, task.id),
    };
    tasks.iter().filter(waits_for_nothing).find(is_lost)
}

/// Adds the table of these tasks' open waits, and what to write instead. The hang began with the
/// latest of these waits.
pub(super) fn with_waits(moment: &Moment, lint: Lint, tasks: &[Id]) -> Lint {
    let waits = tasks.iter().flat_map(|id| moment.graph.waits(*id));
    let hang_began = waits.filter_map(|wait| wait.since).max();
    advise(moment, tasks, table(moment, tasks, lint.since(hang_began)))
}

/// Do all tasks and jobs wait for something that only code of this process could do? (If other code
/// has a clone of a task's waker, nobody can tell.) The doctor's thread asks when the loop has
/// slept for a while, and drops the note if a thread of the program's own might act.
pub(super) fn likely_hang(moment: &Moment, after: u64) -> Option<Lint> {
    let tasks = all_asleep(moment)?;
    let is_for_a_source = |wait: &WaitNow| matches!(wait.on, Resource::Source(..));
    let waits_for_sources = moment.now().waits.iter().any(is_for_a_source);
    if waits_for_sources || !all_need_code_here(moment, &tasks, Duration::ZERO, Coming::Closed) {
        return None;
    }
    let text = waiting_words(tasks.len(), "only another thread could");
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(with_waits(moment, Lint { certain: false, ..lint }, &tasks))
}

/// Do these tasks, and all jobs, wait for something that only code of this process could do, since
/// at least so long, and none of them for the end of another task, or what another task has taken?
/// `most` is what may come to a source.
pub(super) fn all_need_code_here(
    moment: &Moment,
    tasks: &[Id],
    min_age: Duration,
    most: Coming,
) -> bool {
    let (graph, jobs) = (&moment.graph, &moment.now().jobs);
    let these: BTreeSet<Id> = tasks.iter().copied().collect();
    let is_another = |id: Id| graph.task(id).is_some() && !these.contains(&id);
    let by_another = moment.now().holds.iter().filter(|hold| hold.by.is_some_and(is_another));
    let held_by_another: BTreeSet<Id> = by_another.map(|hold| hold.thing).collect();
    let is_held_by_another =
        |on| graph.sync(on).is_some_and(|thing| held_by_another.contains(&thing.id));
    let is_for_code_here = |wait: &&WaitNow| match wait.on {
        Resource::Timer(_) => false,
        Resource::Source(id, direction) if graph.coming_to(id, direction) > most => false,
        Resource::Task(id) if is_another(id) => false,
        on => graph.age(wait) >= min_age && !is_held_by_another(on),
    };
    let needs_code_here = |id: &Id| match graph.waits(*id) {
        [] => graph.task(*id).is_some_and(|task| graph.has_no_waker(task) || is_undriven(task)),
        waits => waits.iter().all(is_for_code_here),
    };
    let a_task_waits = tasks.iter().any(|id| !graph.waits(*id).is_empty());
    let all_jobs_wait = jobs.iter().all(|job| graph.waits(job.id).iter().any(is_for_code_here));
    a_task_waits && all_jobs_wait && tasks.iter().all(needs_code_here)
}

/// Is a source ready although a task waits for it? Then the selector's report was used up
/// (`ready.rs`). The doctor's thread asks. It is only a note, because more may arrive, and cause a
/// new report.
pub(super) fn missed_readiness(moment: &Moment, after: u64) -> Option<Lint> {
    let is_missed = |wait: &&WaitNow| match moment.ready(wait.on) {
        // (Whether anything can come from within this process is judged by `hangs`.)
        Some((source, direction)) => {
            wait.is_asked() && source.end.coming[direction as usize] > Coming::OnItsWay
        }
        None => false,
    };
    let wait = moment.now().waits.iter().find(is_missed)?;
    let by = wait.by?;
    let text = format!("{} waits {}, which is ready", moment.who(by), moment.awaited(wait.on));
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(Lint { certain: false, ..with_waits(moment, lint, &[by]) })
}
