//! Does a lock stay taken because its holder waits for other tasks?
//!
//! A task has waited for the lock for [`LONG`], and for as long the lock's holder has waited for a
//! value, a notification, a permit, another lock or the end of a task. If only a task that needs
//! the lock could end the holder's wait, both wait for ever. No event shows who will send, so this
//! is only a note. It isn't given if a clock, the system or a blocking job will end the holder's
//! wait, directly or through a task that the holder awaits; nor for an owned guard, which may be
//! anywhere.
//!
//! Interface: [`verdict`]. Not here: circles of locks and ends (`hang.rs`); a lock that is held
//! across something slow (`guard_across_await.rs`).

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Id, Resource, WaitNow};

use super::advice::{OF_A_LOCK, facts};
use super::hang::is_for_a_lock;
use super::lint::{Lint, LintKind, span};
use super::moment::Moment;
use super::table::table;
use crate::why::Graph;

/// A holder that takes longer is reported: most locks come back sooner.
const LONG: Duration = Duration::from_secs(5);
/// At most so many tasks are followed from one lock.
const MOST: usize = 64;

/// The first lock that stays taken like this.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    let graph = &moment.graph;
    let long = moment.now().waits.iter().filter(|wait| wait.age >= LONG);
    let is_first = |wait: &WaitNow| graph.waiters(wait.on).next().map(|it| it.id) == Some(wait.id);
    let found = long.filter(|wait| is_for_a_lock(wait.on) && is_first(wait)).find_map(|wait| {
        let mut seen = BTreeMap::new();
        let holder = holder(graph, wait, &mut seen)?;
        Some((wait, holder, seen))
    });
    let (wait, holder, seen) = found?;
    let (by, lock, held_by) = (moment.who(wait.by?), moment.thing(wait.on), moment.who(holder));
    let its = moment.awaited(graph.waits(holder).first()?.on);
    let long = span(wait.age);
    let text = format!("{by} has waited {long} for {lock} behind {held_by}, which waits {its}");
    let keepers: Vec<Id> = seen.into_iter().filter_map(|(id, waits)| waits.then_some(id)).collect();
    let mut tasks: Vec<Id> = graph.waiters(wait.on).filter_map(|wait| wait.by).collect();
    tasks.retain(|id| !keepers.contains(id));
    tasks.extend(keepers);
    let lint = table(moment, &tasks, Lint::new(LintKind::LongWait, None, text, after));
    let lint = facts(moment, &tasks, lint).note(format!(
        "if what {held_by} waits for has to come from a task that needs {lock} first, neither goes \
         on. It may yet come from elsewhere"
    ));
    Some(Lint { certain: false, ..lint }.help(OF_A_LOCK))
}

/// One of the tasks that must end this wait, if it waits for others itself.
fn holder(graph: &Graph, wait: &WaitNow, seen: &mut BTreeMap<Id, bool>) -> Option<Id> {
    graph.enders(wait).into_iter().find(|id| waits_for_others(graph, *id, seen))
}

/// Has the task waited for long, and only for what other tasks do?
fn waits_for_others(graph: &Graph, id: Id, seen: &mut BTreeMap<Id, bool>) -> bool {
    if seen.len() > MOST || seen.contains_key(&id) {
        return seen.get(&id) == Some(&true);
    }
    seen.insert(id, false);
    let by_others = |wait: &&&WaitNow| {
        let is_others = !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
        let names = matches!(wait.on, Resource::Task(_)) || is_for_a_lock(wait.on);
        let long = wait.own && wait.age >= LONG && is_others;
        long && (!names || holder(graph, wait, seen).is_some())
    };
    let task = graph.task(id).filter(|task| graph.is_waiting(task) && task.clones <= Some(0));
    let waits = task.map(|task| graph.waits(task.id)).unwrap_or_default();
    let all = !waits.is_empty() && waits.iter().filter(by_others).count() == waits.len();
    seen.insert(id, all);
    all
}
