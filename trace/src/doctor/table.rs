//! Which waits are open, at which lines, and who holds what they wait for?
//!
//! Each verdict on a hang gets this table, as spots and notes of the [`Lint`]. Tasks that wait for
//! the same thing at the same lines share a row.
//!
//! Interface: [`table`] adds the table of some tasks to a verdict; [`table_of_all`] makes a verdict
//! of the table of all tasks and jobs. Elsewhere: who waits for whom (`why/`); whether the program
//! hangs (`hang.rs`); what to write instead (`advice.rs`).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
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
/// If a task awaits the ends of several others at one line, so many of them are named.
const MAX_ENDS: usize = 2;
/// How many rows the table of all tasks has at most.
const MAX_ROWS_OF_ALL: usize = 64;

/// Adds the table of open waits: of each of these tasks, and of the jobs that have not ended.
pub(super) fn table(moment: &Moment, tasks: &[Id], lint: Lint) -> Lint {
    add_rows(moment, &rows(moment, tasks), MAX_SHOWN, lint)
}

/// The table of all tasks and jobs, for a user who asks; `None` if there are none.
pub(super) fn table_of_all(moment: &Moment) -> Option<Lint> {
    let (tasks, jobs) = (moment.by_names(), moment.now().jobs.len());
    if tasks.is_empty() && jobs == 0 {
        return None;
    }
    let counts = [count(tasks.len(), "task"), count(jobs, "blocking job")];
    let text = format!("asked by SIGQUIT: {} have not ended", counts.join(" and "));
    let rows = rows(moment, &tasks);
    let first_of_each: Vec<Id> = rows.iter().take(MAX_ROWS_OF_ALL).map(|row| row[0].id).collect();
    let lint = Lint::new(LintKind::OpenWaits, None, text, NO_RECORD);
    Some(add_facts(moment, &first_of_each, add_rows(moment, &rows, MAX_ROWS_OF_ALL, lint)))
}

/// The tasks that share a row of the table; at least one.
type Row<'a> = Vec<&'a TaskNow>;

/// The rows of the table: tasks that wait at the same lines for the same things share one.
fn rows<'a>(moment: &Moment<'a>, tasks: &[Id]) -> Vec<Row<'a>> {
    let mut rows: Vec<Row> = Vec::new();
    let mut indices: HashMap<_, usize> = HashMap::new(); // of rows, by what their tasks share
    for task in tasks.iter().filter_map(|id| moment.graph.task(*id)) {
        let waits = moment.graph.waits(task.id).iter();
        let waits: Vec<_> =
            waits.map(|wait| (wait.at.or(task.made), words_key(moment, wait))).collect();
        let state = waits.is_empty().then(|| (task.made, state(moment, task)));
        match indices.entry((waits, state)) {
            Entry::Occupied(index) => rows[*index.get()].push(task),
            Entry::Vacant(new) => {
                new.insert(rows.len());
                rows.push(vec![task]);
            }
        }
    }
    rows
}

/// What the words for a wait depend on: waits with the same key have the same words. (It would take
/// ten times as long to make the words of each wait in order to compare them.)
fn words_key(moment: &Moment, wait: &WaitNow) -> impl Eq + Hash {
    let (thing, units, source) = match wait.on {
        Resource::Timer(_) => (None, None, None),
        Resource::Source(id, direction) => {
            let what = moment.graph.source(id).map(|source| source.what);
            (None, None, Some((direction, what)))
        }
        Resource::Sync(_, _, units, _) => (Some(wait.on.thing()), Some(units), None),
        on => (Some(on.thing()), None, None),
    };
    let branches = moment.graph.scopes_around(wait);
    (discriminant(&wait.on), thing, units, source, branches, wait.own)
}

/// Adds at most so many of the rows, and the jobs.
fn add_rows(moment: &Moment, rows: &[Row], max_rows: usize, mut lint: Lint) -> Lint {
    for row in rows.iter().take(max_rows) {
        lint = add_row(moment, row, lint);
    }
    let left_out: usize = rows.iter().skip(max_rows).map(Vec::len).sum();
    if left_out > 0 {
        lint = lint.note(format!("not shown: {}", count(left_out, "more waiting task")));
    }
    for job in moment.now().jobs.iter().take(MAX_SHOWN) {
        let name = moment.name(job.id).to_string();
        lint = if let Some(wait) = moment.graph.waits(job.id).last() {
            let (made, longest) = (job.made, moment.graph.age(wait));
            let shared = SharedWait { name: &name, made, wait, waiters: 1, longest };
            add_wait(moment, &shared, lint)
        } else {
            lint.spot(job.made, format!("{name}, asked for here, has not ended"))
        };
    }
    lint
}

/// Adds the places and notes of one row.
fn add_row(moment: &Moment, row: &[&TaskNow], mut lint: Lint) -> Lint {
    let (task, is_only_one) = (row[0], row.len() == 1);
    let name = name_of(task);
    if !moment.graph.waits(task.id).is_empty() {
        lint = add_waits(moment, row, lint);
    } else if is_only_one {
        let state = state(moment, task).replace('$', &name.to_string());
        lint = lint.birth(name, task.made).note(state);
    } else {
        lint = lint.spot(task.made, format!("{} were spawned here", count(row.len(), "task")));
    }
    if is_only_one {
        for wait in moment.graph.reported(task.id).iter().take(MAX_SHOWN) {
            lint = add_reported(moment, task, wait, lint);
        }
    }
    lint
}

/// Adds the waits of the tasks in a row, of which each has the same ones.
fn add_waits(moment: &Moment, row: &[&TaskNow], mut lint: Lint) -> Lint {
    let (task, graph) = (row[0], &moment.graph);
    let (name, waits) = (name_of(task), graph.waits(task.id));
    // A `JoinSet` also awaits each of its tasks, at the line that spawned it: these are left out.
    let is_for_set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    let has_set = waits.iter().any(|wait| is_for_set(wait.on));
    let is_for_an_end = |wait: &WaitNow| matches!(wait.on, Resource::Task(_));
    let mut ends_at = BTreeMap::<_, usize>::new(); // how many ends are awaited at each line
    let mut listed = Vec::new();
    for (nth, wait) in waits.iter().enumerate() {
        let ends = ends_at.entry(wait.at).or_default();
        *ends += usize::from(is_for_an_end(wait));
        if !is_for_an_end(wait) || *ends <= MAX_ENDS && !has_set {
            listed.push((nth, wait));
        }
    }
    for (nth, wait) in listed.into_iter().take(MAX_SHOWN) {
        let ages = row.iter().filter_map(|task| Some(graph.age(graph.waits(task.id).get(nth)?)));
        let (longest, name) = (ages.max().unwrap_or_default(), name.to_string());
        let (made, waiters) = (task.made, row.len());
        let shared = SharedWait { name: &name, made, wait, waiters, longest };
        lint = add_wait(moment, &shared, lint);
        let stack = moment.history.map(|run| run.stack_of(wait.id)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = moment.awaited(wait.on);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    for (at, ends) in ends_at.into_iter().filter(|(_, ends)| *ends > MAX_ENDS && !has_set) {
        let others = count(ends - MAX_ENDS, "more task");
        lint = lint.spot(at.or(task.made), format!("and for {others} to end"));
    }
    lint
}

/// Adds a wait for a source that a report has ended, and whose future was never polled again.
fn add_reported(moment: &Moment, task: &TaskNow, wait: &WaitNow, lint: Lint) -> Lint {
    let Some(reported) = wait.reported else { return lint };
    let ago = moment.now().time.saturating_sub(reported);
    if ago < LASTING && !moment.graph.is_waiting(task) {
        return lint; // the task may be about to poll it
    }
    let (name, what) = (name_of(task), moment.awaited(wait.on));
    let ago = if ago.as_millis() > 0 { format!(" {} ago", span(ago)) } else { String::new() };
    let polls = moment.history.and_then(|run| run.fold.polls_since_report(wait.id));
    let polls = match polls.map(usize::try_from) {
        Some(Ok(polls)) => format!(", was polled {} since,", count(polls, "time")),
        _ => String::new(),
    };
    let words =
        format!("{name} waited {what}, was woken for that{ago}{polls} and never asked again");
    lint.spot(wait.at, words)
}

/// What a task without an open wait is doing. `$` stands for its name, so that tasks in the same
/// state have the same words. (`clones` counts the clones of its waker that other code has.)
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

/// A wait that the tasks of a row share, or a job's.
struct SharedWait<'a> {
    /// The name of one of the tasks.
    name: &'a str,
    /// The line that spawned that task.
    made: Option<Place>,
    /// That task's wait.
    wait: &'a WaitNow,
    /// How many tasks wait.
    waiters: usize,
    /// The age of the oldest of their waits.
    longest: Duration,
}

/// Adds a wait, and who holds what it is for.
fn add_wait(moment: &Moment, shared: &SharedWait, lint: Lint) -> Lint {
    let wait = shared.wait;
    let mut lint = lint.spot(wait.at.or(shared.made), wait_words(moment, shared));
    if let Some((SourceNow { what, .. }, _)) = moment.ready(wait.on) {
        lint = lint.spot(wait.cleared, format!("the {what} was cleared here")).note(format!(
            "the {what} is ready, and was cleared: it is reported again only when more comes"
        ));
    }
    add_holders(moment, wait, lint)
}

/// What is awaited, in which branches, with whose waker, and for how long.
fn wait_words(
    moment: &Moment,
    &SharedWait { name, wait, waiters, longest, .. }: &SharedWait,
) -> String {
    let whose = if wait.own { "" } else { ", and asked with another waker than its own" };
    let mut what = moment.awaited(wait.on) + &branches(moment, wait) + whose;
    if waiters > 1 {
        if longest.as_millis() > 0 {
            what = format!("{what}, one of them for at least {}", span(longest));
        }
        return format!("{waiters} tasks wait {what}");
    }
    what += &moment.opposite(wait.on);
    let (age, is_exact) = (moment.graph.age(wait), wait.since.is_some());
    if is_exact {
        format!("{name} has waited since {} after the start {what}", span(wait.began))
    } else if age.as_millis() == 0 {
        format!("{name} waits {what}")
    } else {
        format!("{name} has waited for at least {} {what}", span(age))
    }
}

/// Adds who holds the lock, permits or places that are waited for.
fn add_holders(moment: &Moment, wait: &WaitNow, mut lint: Lint) -> Lint {
    let Some(primitive) = moment.graph.sync(wait.on) else { return lint };
    let thing = moment.thing(wait.on);
    if let Some(next) = moment.graph.given_to(wait.on) {
        lint = lint.spot(next.at, format!("{thing} was given to the future that waits here"));
    }
    let holds = moment.graph.holds(primitive.id);
    for hold in holds.iter().rev().take(MAX_SHOWN) {
        let by = hold.by.map_or("code outside tasks".to_owned(), |id| moment.who(id));
        let part = match (primitive.kind, hold.units) {
            (SyncKind::Mpsc, Units::Count(some)) => count(some as usize, "place") + " of ",
            (SyncKind::Semaphore, Units::Count(some)) => count(some as usize, "permit") + " of ",
            _ => String::new(),
        };
        lint = lint.spot(hold.at, format!("{by} took {part}{thing} here"));
    }
    if holds.is_empty() && primitive.made != wait.at {
        lint = lint.spot(primitive.made, format!("{thing} was made here"));
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
