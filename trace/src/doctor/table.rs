//! Which waits are open, at which lines, and who holds what they wait for?
//!
//! Each verdict on a hang has this table. Tasks that wait for the same at the same lines share a
//! row.
//!
//! Interface: [`table`], for some tasks; [`table_of_all`], for all tasks and jobs. Not here: who
//! waits for whom (`why/`); whether the program hangs (`hang.rs`); what to write instead
//! (`advice.rs`).

use std::collections::HashMap;
use std::hash::Hash;
use std::mem::discriminant;
use std::time::Duration;

use kettle_events::{Id, Place, Resource, ScopeKind, SourceNow, SyncKind, TaskNow, Units, WaitNow};

use super::advice::facts;
use super::lint::{Lint, LintKind, span};
use super::moment::{Moment, name_of};
use super::run::LASTING;
use crate::why::is_undriven;
use crate::words::teller::count;

/// At most so many rows, waits of one task, and holders of one thing are shown.
pub(super) const SHOWN: usize = 8;
/// At most so many rows in the table of all tasks.
const MANY: usize = 64;

/// The table of open waits: each of these tasks once, and the jobs that have not ended.
pub(super) fn table(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    add_rows(moment, &group(moment, tasks), SHOWN, lint)
}

/// The table of all tasks and jobs, for a user who asks; `None` if there are none.
pub(super) fn table_of_all(moment: &Moment) -> Option<Lint> {
    let now = moment.now();
    let all = moment.by_names();
    let (rows, jobs) = (group(moment, &all), count(now.jobs.len(), "blocking job"));
    let text = format!("asked by SIGQUIT: {} and {jobs} have not ended", count(all.len(), "task"));
    let first: Vec<Id> = rows.iter().take(MANY).map(|row| row[0].id).collect();
    let lint = Lint::new(LintKind::OpenWaits, None, text, 0);
    let lint = facts(moment, &first, add_rows(moment, &rows, MANY, lint));
    (all.len() + now.jobs.len() > 0).then_some(lint)
}

/// Groups tasks that wait at the same lines for the same.
fn group<'a>(moment: &Moment<'a>, tasks: &[Id]) -> Vec<Vec<&'a TaskNow>> {
    let (mut rows, mut known) = (Vec::<Vec<&TaskNow>>::new(), HashMap::new());
    for task in tasks.iter().filter_map(|id| moment.graph.task(*id)) {
        let waits = moment.graph.waits(task.id).iter();
        let waits: Vec<_> = waits.map(|wait| (wait.at.or(task.made), key(moment, wait))).collect();
        let state = waits.is_empty().then(|| (task.made, state(moment, task)));
        let row = *known.entry((waits, state)).or_insert(rows.len());
        rows.resize(rows.len().max(row + 1), Vec::new());
        rows[row].push(task);
    }
    rows
}

/// All that its words depend on. (They would take ten times as long to make for each of many.)
fn key(moment: &Moment, wait: &WaitNow) -> impl Eq + Hash {
    let (thing, units, way) = match wait.on {
        Resource::Timer(_) => (None, None, None),
        Resource::Source(id, way) => {
            (None, None, Some((way, moment.graph.source(id).map(|source| source.what))))
        }
        Resource::Sync(_, _, units, _) => (Some(wait.on.thing()), Some(units), None),
        on => (Some(on.thing()), None, None),
    };
    let branches = moment.graph.scopes_around(wait);
    (discriminant(&wait.on), thing, units, way, branches, wait.own)
}

fn add_rows(moment: &Moment, rows: &[Vec<&TaskNow>], most: usize, mut lint: Lint) -> Lint {
    let graph = &moment.graph;
    for row in rows.iter().take(most) {
        lint = add_row(moment, row, lint);
    }
    let left: usize = rows.iter().skip(most).map(Vec::len).sum();
    if left > 0 {
        lint = lint.note(format!("not shown: {}", count(left, "more waiting task")));
    }
    for job in moment.now().jobs.iter().take(SHOWN) {
        let name = moment.name(job.id).to_string();
        lint = if let Some(wait) = graph.waits(job.id).last() {
            add_wait(moment, (&name, job.made), (wait, 1, wait.age), lint)
        } else {
            lint.spot(job.made, format!("{name}, asked for here, has not ended"))
        };
    }
    lint
}

/// Adds a group of tasks that wait alike.
fn add_row(moment: &Moment, row: &[&TaskNow], lint: Lint) -> Lint {
    let (task, graph) = (row[0], &moment.graph);
    let (name, is_waiting) = (name_of(task), !graph.waits(task.id).is_empty());
    let lint = match row {
        _ if is_waiting => add_waits(moment, row, lint),
        [_] => {
            let state = state(moment, task).replace('$', &name.to_string());
            lint.birth(name, task.made).note(state)
        }
        many => lint.spot(task.made, format!("{} were spawned here", count(many.len(), "task"))),
    };
    let told = graph.told(task.id).iter().filter(|_| row.len() == 1).take(SHOWN);
    told.fold(lint, |lint, wait| add_told(moment, task, wait, lint))
}

fn add_waits(moment: &Moment, row: &[&TaskNow], mut lint: Lint) -> Lint {
    let (task, graph) = (row[0], &moment.graph);
    let (name, waits) = (name_of(task), graph.waits(task.id));
    // A set awaits each of its tasks, at the line that spawned it.
    let is_of_a_set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    let of_a_set = waits.iter().any(|wait| is_of_a_set(wait.on));
    let of_itself = |(_, wait): &(_, &&WaitNow)| !of_a_set || !matches!(wait.on, Resource::Task(_));
    for (nth, wait) in waits.iter().enumerate().filter(of_itself).take(SHOWN) {
        let age = row.iter().filter_map(|task| Some(graph.waits(task.id).get(nth)?.age)).max();
        let wait_of_all = (*wait, row.len(), age.unwrap_or_default());
        lint = add_wait(moment, (&name.to_string(), task.made), wait_of_all, lint);
        let stack = moment.history.map(|run| run.stack_of(wait.id)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = moment.awaited(wait.on);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    lint
}

/// A wait that a report has ended, and that was never asked again.
fn add_told(moment: &Moment, task: &TaskNow, wait: &WaitNow, lint: Lint) -> Lint {
    let is_over = |told: &(Duration, _)| moment.graph.is_waiting(task) || told.0 >= LASTING;
    let Some((age, polls)) = wait.told.filter(is_over) else { return lint };
    let (name, what) = (name_of(task), moment.awaited(wait.on));
    let ago = if age.as_millis() > 0 { format!(" {} ago", span(age)) } else { String::new() };
    let polls = polls.map(|polls| count(usize::try_from(polls).unwrap_or(usize::MAX), "time"));
    let polls = polls.map_or_else(String::new, |polls| format!(", was polled {polls} since,"));
    lint.spot(wait.at, format!("{name} waited {what}, was told{ago}{polls} and never asked again"))
}

/// What a task (`$`) without an open wait is doing.
fn state(moment: &Moment, task: &TaskNow) -> String {
    match task.clones {
        _ if is_undriven(task) => "$ is ready, but no task polls its `LocalSet`".to_owned(),
        _ if moment.now().running.contains(&task.id) => "$ is being polled".to_owned(),
        None => "no wait of $ is open".to_owned(),
        Some(0) => "no waker of $ is left".to_owned(),
        Some(1) => "1 clone of $'s waker is left".to_owned(),
        Some(n) => format!("{n} clones of $'s waker are left"),
    }
}

/// What a wait is for, in which branches, and with whose waker.
fn waits_for(moment: &Moment, wait: &WaitNow) -> String {
    let whose = if wait.own { "" } else { ", and asked with another waker than its own" };
    moment.awaited(wait.on) + &branches(moment, wait) + whose
}

/// Adds a wait: which task (made here) waits, or how many tasks do, where, for what and how long,
/// and who holds that.
fn add_wait(
    moment: &Moment,
    (name, made): (&str, Option<Place>),
    (wait, many, age): (&WaitNow, usize, Duration),
    lint: Lint,
) -> Lint {
    let (graph, what) = (&moment.graph, waits_for(moment, wait));
    let what = if many == 1 { what + &moment.opposite(wait.on) } else { what };
    let what = match wait.since {
        _ if many > 1 => format!("{many} × waits {what}, for at least {}", span(age)),
        Some(_) => {
            format!(
                "{name} has waited since {} after the start {what}",
                span(moment.now().time.saturating_sub(age))
            )
        }
        None if age.as_millis() == 0 => format!("{name} waits {what}"),
        None => format!("{name} has waited for at least {} {what}", span(age)),
    };
    let mut lint = lint.spot(wait.at.or(made), what);
    if let Some((SourceNow { what, .. }, _)) = moment.ready(wait.on) {
        lint = lint.spot(wait.cleared, format!("the {what} was cleared here")).note(format!(
            "the {what} is ready, and was cleared: it is reported again only when more comes"
        ));
    }
    let Some(known) = graph.sync(wait.on) else { return lint };
    let thing = moment.thing(wait.on);
    if let Some(next) = graph.handed(wait.on) {
        lint = lint.spot(next.at, format!("{thing} was given to the future that waits here"));
    }
    let holds = graph.holds(known.id);
    for hold in holds.iter().rev().take(SHOWN) {
        let by = hold.by.map_or("code outside tasks".to_owned(), |id| moment.who(id));
        let part = match (known.kind, hold.units) {
            (SyncKind::Mpsc, Units::Count(some)) => count(some as usize, "place") + " of ",
            (SyncKind::Semaphore, Units::Count(some)) => count(some as usize, "permit") + " of ",
            _ => String::new(),
        };
        lint = lint.spot(hold.at, format!("{by} took {part}{thing} here"));
    }
    if holds.is_empty() && known.made != wait.at {
        lint = lint.spot(known.made, format!("{thing} was made here"));
    }
    lint
}

/// The branches of `select!`, `join!` or `timeout` around a wait, from the inside out.
fn branches(moment: &Moment, wait: &WaitNow) -> String {
    let name = |(kind, nth)| match kind {
        ScopeKind::Select => format!(", in branch {nth} of a `select!`"),
        ScopeKind::Join => format!(", in branch {nth} of a `join!`"),
        ScopeKind::TryJoin => format!(", in branch {nth} of a `try_join!`"),
        ScopeKind::Timeout => ", in a `timeout`".to_owned(),
        ScopeKind::Set | ScopeKind::LocalSet => String::new(),
    };
    moment.graph.scopes_around(wait).into_iter().map(name).collect()
}
