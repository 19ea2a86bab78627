//! Which waits are open, at which lines, and who has what they are for?
//!
//! Interface: [`table`], which each verdict on a hang has. Not here: who waits for whom (`why/`);
//! whether the program hangs (`hang.rs`); what to write instead (`advice.rs`).

use kettle_events::{Id, Place, Resource, ScopeKind, SyncKind, TaskNow, Units, WaitNow};

use super::lint::{Lint, span};
use super::moment::{Moment, name_of};
use crate::why::is_undriven;
use crate::words::teller::count;

/// So many tasks, so many waits of one, and so many holders of one thing, are shown.
pub(super) const SHOWN: usize = 8;

/// The table of open waits: each of these tasks once, and the jobs that have not ended.
pub(super) fn table(moment: &Moment, tasks: &[Id], mut lint: Lint) -> Lint {
    let graph = &moment.graph;
    for task in tasks.iter().filter_map(|id| graph.task(*id)).take(SHOWN) {
        lint = row(moment, task, lint);
    }
    if tasks.len() > SHOWN {
        lint = lint.note(format!("not shown: {}", count(tasks.len() - SHOWN, "more waiting task")));
    }
    for job in moment.now().jobs.iter().take(SHOWN) {
        lint = if let Some(wait) = graph.waits(job.id).last() {
            of_wait(moment, (job.id, job.made), wait, lint)
        } else {
            let name = moment.name(job.id);
            lint.spot(job.made, format!("{name}, asked for here, has not ended"))
        };
    }
    lint
}

fn row(moment: &Moment, task: &TaskNow, mut lint: Lint) -> Lint {
    let (name, waits) = (name_of(task), moment.graph.waits(task.id));
    if waits.is_empty() {
        return lint.birth(name, task.made).note(match task.clones {
            _ if is_undriven(task) => {
                format!("{name} is ready, but no task polls its `LocalSet`")
            }
            None => format!("no wait of {name} is open"),
            Some(0) => format!("no waker of {name} is left"),
            Some(1) => format!("1 clone of {name}'s waker is left"),
            Some(n) => format!("{n} clones of {name}'s waker are left"),
        });
    }
    // A set awaits each of its tasks, at the line that spawned it.
    let is_of_a_set = |on| matches!(on, Resource::SyncValue(SyncKind::JoinSet, _));
    let of_a_set = waits.iter().any(|wait| is_of_a_set(wait.on));
    let of_itself = |wait: &&&WaitNow| !(of_a_set && matches!(wait.on, Resource::Task(_)));
    for wait in waits.iter().filter(of_itself).take(SHOWN) {
        lint = of_wait(moment, (task.id, task.made), wait, lint);
        let stack = moment.history.map(|run| run.stack_of(wait.id)).unwrap_or_default();
        if !stack.is_empty() {
            let from_outside: Vec<String> = stack.iter().rev().map(ToString::to_string).collect();
            let what = moment.awaited(wait.on);
            lint = lint.note(format!("{name} waits {what} in\n{}", from_outside.join("\n")));
        }
    }
    lint
}

/// Who has waited (and was made here), where, for what, and who has it.
fn of_wait(moment: &Moment, (id, made): (Id, Option<Place>), wait: &WaitNow, lint: Lint) -> Lint {
    let (graph, name) = (&moment.graph, moment.name(id));
    let (what, mut place) = (moment.awaited(wait.on), branches(moment, wait));
    if !wait.own {
        place += ", and asked with another waker than its own";
    }
    let what = match wait.since {
        Some(_) => {
            let since = span(moment.now().time.saturating_sub(wait.age));
            format!("{name} has waited since {since} {what}{place}")
        }
        None if wait.age.is_zero() => format!("{name} waits {what}{place}"),
        None => format!("{name} has waited for at least {} {what}{place}", span(wait.age)),
    };
    let mut lint = lint.spot(wait.at.or(made), what);
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

/// In which branch of which `select!`, `join!` or `timeout` is it, from the inside out? A set's
/// branch is a task.
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
