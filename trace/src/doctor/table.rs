//! Which waits are open, at which lines, and who holds what they wait for?
//!
//! Each verdict on a hang gets this table, as spots and notes of the [`Lint`]. Tasks that wait for
//! the same thing at the same lines share a row.
//!
//! Interface: [`table`] adds it for some tasks; [`table_of_all`] makes a verdict of it for all
//! tasks and jobs. Elsewhere: who waits for whom (`why/`); whether the program hangs (`hang.rs`);
//! what to write instead (`advice.rs`).

use std::collections::HashMap;
use std::hash::Hash;
use std::mem::discriminant;
use std::time::Duration;

use kettle_events::{Id, Place, Resource, ScopeKind, SourceNow, SyncKind, TaskNow, Units, WaitNow};

use super::advice::add_facts;
use super::lint::{Lint, LintKind, NO_RECORD, span};
use super::moment::{Moment, name_of};
use super::run::LASTING;
use crate::why::is_undriven;
use crate::words::teller::count;

/// How many rows, waits of one task, and holders of one primitive are shown at most.
pub(super) const MAX_SHOWN: usize = 8;
/// How many rows the table of all tasks has at most.
const MAX_ROWS_OF_ALL: usize = 64;

/// Adds the table of open waits: of each of these tasks, and of the jobs that have not ended.
pub(super) fn table(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    add_rows(moment, &group(moment, tasks), MAX_SHOWN, lint)
}

/// The table of all tasks and jobs, for a user who asks; `None` if there are none.
pub(super) fn table_of_all(moment: &Moment) -> Option<Lint> {
    let now = moment.now();
    let all = moment.by_names();
    let (rows, jobs) = (group(moment, &all), count(now.jobs.len(), "blocking job"));
    let text = format!("asked by SIGQUIT: {} and {jobs} have not ended", count(all.len(), "task"));
    let first: Vec<Id> = rows.iter().take(MAX_ROWS_OF_ALL).map(|row| row[0].id).collect();
    let lint = Lint::new(LintKind::OpenWaits, None, text, NO_RECORD);
    let lint = add_facts(moment, &first, add_rows(moment, &rows, MAX_ROWS_OF_ALL, lint));
    (all.len() + now.jobs.len() > 0).then_some(lint)
}

/// The rows: tasks that wait at the same lines for the same things are in one group.
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

/// What the words for a wait depend on: waits with the same key have the same words. (Making the
/// words of each wait in order to compare them would take ten times as long.)
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
    for job in moment.now().jobs.iter().take(MAX_SHOWN) {
        let name = moment.name(job.id).to_string();
        lint = if let Some(wait) = graph.waits(job.id).last() {
            let alike = Alike { name: &name, made: job.made, wait, many: 1, age: wait.age };
            add_wait(moment, &alike, lint)
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
    let reported = graph.reported(task.id).iter().filter(|_| row.len() == 1).take(MAX_SHOWN);
    reported.fold(lint, |lint, wait| add_reported(moment, task, wait, lint))
}

fn add_waits(moment: &Moment, row: &[&TaskNow], mut lint: Lint) -> Lint {
    let (task, graph) = (row[0], &moment.graph);
    let (name, waits) = (name_of(task), graph.waits(task.id));
    // A `JoinSet` also awaits each of its tasks, at the line that spawned it: these are left out.
    let is_set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    let has_set = waits.iter().any(|wait| is_set(wait.on));
    let is_own = |(_, wait): &(_, &&WaitNow)| !has_set || !matches!(wait.on, Resource::Task(_));
    for (nth, wait) in waits.iter().enumerate().filter(is_own).take(MAX_SHOWN) {
        let ages = row.iter().filter_map(|task| Some(graph.waits(task.id).get(nth)?.age));
        let (age, words) = (ages.max().unwrap_or_default(), name.to_string());
        let alike = Alike { name: &words, made: task.made, wait, many: row.len(), age };
        lint = add_wait(moment, &alike, lint);
        let stack = moment.history.map(|run| run.stack_of(wait.id)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = moment.awaited(wait.on);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    lint
}

/// Adds a wait for a source that a report has ended, and whose future was never polled again.
fn add_reported(moment: &Moment, task: &TaskNow, wait: &WaitNow, lint: Lint) -> Lint {
    let Some((age, polls)) = wait.reported else { return lint };
    if age < LASTING && !moment.graph.is_waiting(task) {
        return lint; // the task may be about to poll it
    }
    let (name, what) = (name_of(task), moment.awaited(wait.on));
    let ago = if age.as_millis() > 0 { format!(" {} ago", span(age)) } else { String::new() };
    let polls = polls.map(|polls| count(usize::try_from(polls).unwrap_or(usize::MAX), "time"));
    let polls = polls.map_or_else(String::new, |polls| format!(", was polled {polls} since,"));
    lint.spot(wait.at, format!("{name} waited {what}, was told{ago}{polls} and never asked again"))
}

/// What a task without an open wait is doing; `$` stands for its name.
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

/// `many` tasks that wait alike, the longest for `age`. The rest describes one of them: its name,
/// the line that spawned it, and its wait.
struct Alike<'a> {
    name: &'a str,
    made: Option<Place>,
    wait: &'a WaitNow,
    many: usize,
    age: Duration,
}

fn add_wait(moment: &Moment, alike: &Alike, lint: Lint) -> Lint {
    let wait = alike.wait;
    let mut lint = lint.spot(wait.at.or(alike.made), wait_words(moment, alike));
    if let Some((SourceNow { what, .. }, _)) = moment.ready(wait.on) {
        lint = lint.spot(wait.cleared, format!("the {what} was cleared here")).note(format!(
            "the {what} is ready, and was cleared: it is reported again only when more comes"
        ));
    }
    add_holders(moment, wait, lint)
}

/// What is awaited, in which branches, with whose waker, and for how long.
fn wait_words(moment: &Moment, &Alike { name, wait, many, age, .. }: &Alike) -> String {
    let whose = if wait.own { "" } else { ", and asked with another waker than its own" };
    let what = moment.awaited(wait.on) + &branches(moment, wait) + whose;
    let what = if many == 1 { what + &moment.opposite(wait.on) } else { what };
    match wait.since {
        _ if many > 1 => format!("{many} × waits {what}, for at least {}", span(age)),
        Some(_) => {
            let since = span(moment.now().time.saturating_sub(age));
            format!("{name} has waited since {since} after the start {what}")
        }
        None if age.as_millis() == 0 => format!("{name} waits {what}"),
        None => format!("{name} has waited for at least {} {what}", span(age)),
    }
}

/// Adds who holds the lock, permits or places that are waited for.
fn add_holders(moment: &Moment, wait: &WaitNow, mut lint: Lint) -> Lint {
    let Some(known) = moment.graph.sync(wait.on) else { return lint };
    let thing = moment.thing(wait.on);
    if let Some(next) = moment.graph.given_to(wait.on) {
        lint = lint.spot(next.at, format!("{thing} was given to the future that waits here"));
    }
    let holds = moment.graph.holds(known.id);
    for hold in holds.iter().rev().take(MAX_SHOWN) {
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
