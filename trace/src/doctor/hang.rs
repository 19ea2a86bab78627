//! Does the program wait forever?
//!
//! A *hang is certain* if the loop parks without a deadline while `main` isn't over, no job is out,
//! no other thread can act (`alone.rs`), and each socket that a task waits for has its other end in
//! this process, where all that was sent has arrived. It is a lost wake-up if a
//! task whose end is awaited waits for nothing of kettle's, and otherwise a deadlock. If the only
//! other threads are libtest's, kettle's or in a `block_on`, and this process made all that is
//! waited for, the doctor's thread lists the open waits in a note when the runtime has slept for a
//! second. Of the program's own threads it expects that they act.
//!
//! While other tasks go on, a circle is reported when it has lasted for a second, or if it is
//! there at the end of the run. It proves nothing: a guard may be where other code can drop it.
//!
//! A limit of time (`timeout`, or a `sleep` in a `select!`) keeps a program from sleeping for good.
//! If `main` panics in the poll in which such a limit has ended its wait, the open waits of that
//! moment are a note.
//!
//! Interface: [`hangs`], [`circles`], [`locks_out`], [`lasting`], [`used_up`], [`AtALimit`]. Not
//! here: a lost wake-up while the program goes on (`lost_wakeup.rs`); the table of open waits,
//! which each verdict has (`table.rs`); what to write instead (`advice.rs`).

use std::thread;
use std::time::Duration;

use kettle_events::{Cause, Coming, Event, Id, Outcome, Record, Resource, TaskNow, Thing, WaitNow};

use super::advice::{advise, of_a_circle};
use super::lint::{Lint, LintKind};
use super::lost_wakeup::{is_joined, lost};
use super::moment::Moment;
use super::run::Run;
use super::table::{SHOWN, table};
use crate::why::is_undriven;
use crate::words::teller::count;

const OF_THE_REST: &str = "the loop isn't waiting for a timer, a socket or a blocking job, and no \
    other thread can act: this program hangs forever";
const OF_BOTH_ENDS: &str = "both ends of each socket that is waited for are in this process, nothing \
    more arrives there, and no timer, blocking job or other thread is left: this program \
    hangs forever";

/// What waited when a time limit had ended a wait of `main`'s, in the poll that goes on, and how
/// many polls had begun or ended by then.
#[derive(Debug, Default)]
pub(super) struct AtALimit(Option<(u64, Lint)>);

const AT_A_LIMIT: &str =
    "a limit of time ended main's wait, and main panicked: these waits were open";

impl AtALimit {
    pub(super) fn step(&mut self, record: &Record) -> Option<Lint> {
        let Event::PollEnd { outcome, .. } = record.event else { return None };
        self.0.take().filter(|_| outcome == Outcome::Panicked).map(|(_, lint)| lint)
    }

    /// A look: in the poll in which a limit has passed, or later.
    pub(super) fn look(&mut self, moment: &Moment) -> Option<Lint> {
        let (now, poll) = (moment.now(), moment.now().polls);
        if now.at_a_limit {
            let tasks: Vec<Id> = now.tasks.iter().map(|task| task.id).take(SHOWN).collect();
            let lint = Lint::new(LintKind::End, None, AT_A_LIMIT.to_owned(), 0);
            let is_main = moment.graph.main().is_some_and(|main| now.running.contains(&main.id));
            self.0 = is_main.then(|| (poll, table(moment, &tasks, lint)));
            return None;
        }
        let is_same = |(at, lint)| (poll <= at + 1 && thread::panicking()).then_some(lint);
        self.0.take().and_then(is_same)
    }

    /// Before a scope ends, while its waits are open.
    pub(super) fn before_step(&mut self, run: &Run, record: &Record) {
        if let Event::ScopeEnd { won: Some(_), .. } = record.event {
            self.0 = at_a_limit(run, record).map(|lint| (0, lint)).or(self.0.take());
        }
    }
}

/// If a timer woke `main`: what waits as a `timeout` or a `select!` of `main`'s ends?
fn at_a_limit(run: &Run, record: &Record) -> Option<Lint> {
    let main = run.main().filter(|main| record.task == Some(main.id) && main.stored() <= SHOWN)?;
    main.woken_by.filter(|wake| wake.by == Cause::Timer)?;
    let tasks: Vec<Id> = run.alive().map(|task| task.id).take(SHOWN).collect();
    let lint = Lint::new(LintKind::End, None, AT_A_LIMIT.to_owned(), record.seq);
    Some(run.judge_of(&tasks, |moment| table(moment, &tasks, lint)))
}

/// The circles with a lock in them that have lasted for so long.
pub(super) fn circles(moment: &Moment, least: Duration, after: u64) -> Vec<Lint> {
    let graph = &moment.graph;
    let lasts = |circle: &Vec<Id>| {
        let waits = circle.iter().flat_map(|id| graph.waits(*id));
        waits.map(|wait| wait.age).min().is_some_and(|age| age >= least)
    };
    // With a waker of one of the tasks, other code may end this.
    let is_free = |id: &Id| graph.task(*id).is_some_and(|task| task.clones > Some(0));
    let mut all: Vec<Vec<Id>> = locked(moment).filter(lasts).collect();
    all.retain(|circle| !circle.iter().any(is_free));
    all.sort();
    all.dedup();
    let report = |circle: &Vec<Id>| {
        let text = of_a_circle(moment, circle).0;
        let lint = Lint::new(LintKind::Deadlock, None, text, after);
        Lint { certain: false, ..with_waits(moment, lint, circle) }.note(
            "each of them waits for another, and none drops a guard before its own wait is over. \
             No event shows a guard that was moved to where other code can drop it",
        )
    };
    all.iter().map(report).collect()
}

fn locked(moment: &Moment) -> impl Iterator<Item = Vec<Id>> {
    let waits = moment.now().waits.iter().filter(|wait| !wait.served && is_for_a_lock(wait.on));
    let all = moment.graph.all_enders();
    waits.filter_map(move |wait| moment.graph.circle(wait.by.filter(|by| all.contains(by))?))
}

/// Is it a wait that only tasks with a guard can end?
pub(super) fn is_for_a_lock(on: Resource) -> bool {
    matches!(on.thing(), Thing::Sync(kind, _) if kind.is_lock())
}

pub(super) fn locks_out(moment: &Moment) -> bool {
    moment.now().waits.iter().any(|wait| !wait.served && is_for_a_lock(wait.on))
}

/// Nothing can happen any more, in this runtime or elsewhere.
pub(super) fn hangs(moment: &Moment, after: u64) -> Option<Lint> {
    let (graph, mut all) = (&moment.graph, all_asleep(moment)?);
    let is_of_both_ends = graph.coming().next().is_some();
    let of_the_rest = if is_of_both_ends { OF_BOTH_ENDS } else { OF_THE_REST };
    let circle = all.iter().find_map(|id| graph.circle(*id)).unwrap_or_default();
    all.sort_by_key(|id| !circle.contains(id));
    if circle.is_empty()
        && let Some(task) = at_the_last(moment)
    {
        let lint = lost(moment, task, after).note(of_the_rest);
        all.retain(|id| *id != task.id);
        return Some(table(moment, &all, Lint { certain: true, ..lint }));
    }
    let undriven = moment.now().tasks.iter().filter(|task| is_undriven(task)).count();
    let text = match &circle[..] {
        _ if undriven > 0 => {
            let (tasks, are) = (count(undriven, "task"), if undriven == 1 { "is" } else { "are" });
            format!("{tasks} of a `LocalSet` {are} ready, and no task polls the set")
        }
        [] => waiting(all.len(), "nothing is left that could"),
        circle => of_a_circle(moment, circle).0,
    };
    let lint = Lint::new(LintKind::Deadlock, None, text, after);
    Some(with_waits(moment, lint, &all).note(of_the_rest))
}

/// All tasks, by their names, if none is ready and none waits for a source.
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

/// The task without an open wait that others wait for. `main` itself only if there are no others:
/// it may wait forever so that they go on.
fn at_the_last<'a>(moment: &Moment<'a>) -> Option<&'a TaskNow> {
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

/// From the doctor's thread: the runtime has slept for long, and the other threads that are left
/// aren't the program's own. Do all tasks and jobs wait for what is in this process? (Nobody knows
/// that of a waker that other code has.)
pub(super) fn lasting(moment: &Moment, after: u64) -> Option<Lint> {
    let (graph, now) = (&moment.graph, moment.now());
    let is_here = |wait: &&WaitNow| !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
    let ours = |task: &TaskNow| match graph.waits(task.id) {
        [] => graph.leaves_none(task) || is_undriven(task),
        waits => waits.iter().all(is_here),
    };
    let jobs = now.jobs.iter().all(|job| graph.waits(job.id).iter().any(is_here));
    let waits = now.tasks.iter().any(|task| !graph.waits(task.id).is_empty());
    let all = all_asleep(moment).filter(|_| jobs && waits && now.tasks.iter().all(ours))?;
    let text = waiting(all.len(), "only another thread could");
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(with_waits(moment, Lint { certain: false, ..lint }, &all))
}

/// The same: is a source ready that is waited for, though more may come there (`ready.rs`)?
pub(super) fn used_up(moment: &Moment, after: u64) -> Option<Lint> {
    let is_used_up = |wait: &&WaitNow| {
        let known = moment.ready(wait.on).filter(|_| wait.is_asked());
        known.is_some_and(|(source, way)| source.end.coming[way as usize] > Coming::OnItsWay)
    };
    let wait = moment.now().waits.iter().find(is_used_up)?;
    let by = wait.by?;
    let text = format!("{} waits {}, which is ready", moment.who(by), moment.awaited(wait.on));
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(Lint { certain: false, ..with_waits(moment, lint, &[by]) })
}
