//! Does a lock stay taken because its holder waits for other tasks?
//!
//! A task has waited for a lock for [`MIN_WAIT`]. The lock's holder has waited at least as long,
//! for a value, a notification, a permit, another lock or the end of a task. If only a task that
//! needs the lock could end that wait, neither can go on. No event shows who will end it, so this
//! is only a note. There is no note
//! - if a timer, a source or a blocking job will end the holder's wait, directly or through a task
//!   that the holder awaits;
//! - for an owned guard, which may have been moved anywhere.
//!
//! Interface: [`verdict`]. Elsewhere: circles of locks and ends (`hang.rs`); a lock that is held
//! across something slow (`guard_across_await.rs`).

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Id, Resource, WaitNow};

use super::advice::{HELP_LOCK, add_facts};
use super::hang::is_for_a_lock;
use super::lint::{Lint, LintKind, span};
use super::moment::Moment;
use super::table::table;
use crate::why::Graph;

/// How long the waits must last: most locks are released sooner.
const MIN_WAIT: Duration = Duration::from_secs(5);
/// How many tasks are followed at most from one lock.
const MAX_TASKS: usize = 64;

/// A note on the first lock that stays taken like this.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    let graph = &moment.graph;
    let long = moment.now().waits.iter().filter(|wait| wait.age >= MIN_WAIT);
    let is_first = |wait: &WaitNow| graph.waiters(wait.on).next().map(|it| it.id) == Some(wait.id);
    let found = long.filter(|wait| is_for_a_lock(wait.on) && is_first(wait)).find_map(|wait| {
        let mut seen = BTreeMap::new();
        let holder = holder(graph, wait, &mut seen)?;
        Some((wait, holder, seen))
    });
    let (wait, holder, seen) = found?;
    let (by, lock, held_by) = (moment.who(wait.by?), moment.thing(wait.on), moment.who(holder));
    let holder_awaits = moment.awaited(graph.waits(holder).first()?.on);
    let long = span(wait.age);
    let text =
        format!("{by} has waited {long} for {lock} behind {held_by}, which waits {holder_awaits}");
    let waiting_holders: Vec<Id> =
        seen.into_iter().filter_map(|(id, waits)| waits.then_some(id)).collect();
    let mut tasks: Vec<Id> = graph.waiters(wait.on).filter_map(|wait| wait.by).collect();
    tasks.retain(|id| !waiting_holders.contains(id));
    tasks.extend(waiting_holders);
    let lint = table(moment, &tasks, Lint::new(LintKind::LongWait, None, text, after));
    let lint = add_facts(moment, &tasks, lint).note(format!(
        "if what {held_by} waits for has to come from a task that needs {lock} first, neither goes \
         on. It may yet come from elsewhere"
    ));
    Some(Lint { certain: false, ..lint }.help(HELP_LOCK))
}

/// One of the tasks that must end this wait, if it waits for other tasks itself.
fn holder(graph: &Graph, wait: &WaitNow, seen: &mut BTreeMap<Id, bool>) -> Option<Id> {
    graph.enders(wait).into_iter().find(|id| waits_for_others(graph, *id, seen))
}

/// Has the task waited for [`MIN_WAIT`], and only for what other tasks do? `seen` has the answers
/// so far, and `false` for a task in progress.
fn waits_for_others(graph: &Graph, id: Id, seen: &mut BTreeMap<Id, bool>) -> bool {
    if seen.len() > MAX_TASKS || seen.contains_key(&id) {
        return seen.get(&id) == Some(&true);
    }
    seen.insert(id, false);
    let by_others = |wait: &&&WaitNow| {
        let is_others = !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
        let names = matches!(wait.on, Resource::Task(_)) || is_for_a_lock(wait.on);
        let long = wait.own && wait.age >= MIN_WAIT && is_others;
        long && (!names || holder(graph, wait, seen).is_some())
    };
    let task = graph.task(id).filter(|task| graph.is_waiting(task) && task.clones <= Some(0));
    let waits = task.map(|task| graph.waits(task.id)).unwrap_or_default();
    let all = !waits.is_empty() && waits.iter().filter(by_others).count() == waits.len();
    seen.insert(id, all);
    all
}
