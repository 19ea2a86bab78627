//! Does a lock stay taken because its holder waits for others?
//!
//! A task has waited for the lock for [`LONG`], and for as long the lock's holder has waited for a
//! value, a notification, a permit, another lock or the end of a task. If only a task that needs
//! the lock could end the holder's wait, both wait for ever. No event shows who will send, so this
//! is a note. Nothing is said if the clock, the system or a blocking job ends the holder's wait, or
//! that of the task whose end it awaits; nor of an owned guard, which may be anywhere.
//!
//! Interface: [`kept`]. Not here: circles of locks and ends (`hang.rs`); a lock that is kept over
//! something slow (`guard_across_await.rs`).

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Id, Resource, WaitNow};

use super::advice::{OF_A_LOCK, facts};
use super::hang::is_for_a_lock;
use super::lint::{Lint, LintKind, span};
use super::moment::Moment;
use super::table::table;
use crate::why::Graph;

/// Most locks come back sooner.
const LONG: Duration = Duration::from_secs(5);
/// So many tasks are asked whether others must act before they do.
const MOST: usize = 64;

/// A lock that is kept so for long.
pub(super) fn kept(moment: &Moment, after: u64) -> Option<Lint> {
    let graph = &moment.graph;
    let long = moment.now().waits.iter().filter(|wait| wait.age >= LONG);
    let is_first = |wait: &WaitNow| graph.waiters(wait.on).next().map(|it| it.id) == Some(wait.id);
    let found = long.filter(|wait| is_for_a_lock(wait.on) && is_first(wait)).find_map(|wait| {
        let mut asked = BTreeMap::new();
        let holder = holder(graph, wait, &mut asked)?;
        Some((wait, holder, asked))
    });
    let (wait, holder, asked) = found?;
    let (by, lock, held_by) = (moment.who(wait.by?), moment.thing(wait.on), moment.who(holder));
    let its = moment.awaited(graph.waits(holder).first()?.on);
    let long = span(wait.age);
    let text = format!("{by} has waited {long} for {lock} behind {held_by}, which waits {its}");
    let keepers: Vec<Id> =
        asked.into_iter().filter_map(|(id, waits)| waits.then_some(id)).collect();
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

/// Of the tasks that must end this wait, one that waits for others itself.
fn holder(graph: &Graph, wait: &WaitNow, asked: &mut BTreeMap<Id, bool>) -> Option<Id> {
    graph.enders(wait).into_iter().find(|id| waits_for_others(graph, *id, asked))
}

/// Has it long waited for nothing but what other tasks do? (A circle is no news here.)
fn waits_for_others(graph: &Graph, id: Id, asked: &mut BTreeMap<Id, bool>) -> bool {
    if asked.len() > MOST || asked.contains_key(&id) {
        return asked.get(&id) == Some(&true);
    }
    asked.insert(id, false);
    let by_others = |wait: &&&WaitNow| {
        let is_others = !matches!(wait.on, Resource::Timer(_) | Resource::Source(..));
        let names = matches!(wait.on, Resource::Task(_)) || is_for_a_lock(wait.on);
        let long = wait.own && wait.age >= LONG && is_others;
        long && (!names || holder(graph, wait, asked).is_some())
    };
    let task = graph.task(id).filter(|task| graph.is_waiting(task) && task.clones <= Some(0));
    let waits = task.map(|task| graph.waits(task.id)).unwrap_or_default();
    let all = !waits.is_empty() && waits.iter().filter(by_others).count() == waits.len();
    asked.insert(id, all);
    all
}
