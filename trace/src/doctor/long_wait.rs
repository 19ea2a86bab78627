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
pub(super) const MIN_WAIT: Duration = Duration::from_secs(5);
/// How many tasks are followed at most from one lock.
const MAX_TASKS: usize = 64;

/// A note on the first lock that stays taken like this.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    let graph = &moment.graph;
    let is_first_in_line =
        |wait: &WaitNow| graph.waiters(wait.on).next().is_some_and(|first| first.id == wait.id);
    for wait in moment.now().waits.iter().filter(|wait| graph.age(wait) >= MIN_WAIT) {
        if is_for_a_lock(wait.on) && is_first_in_line(wait) {
            let mut followed = WaitsForOthers::new();
            if let Some(holder) = waiting_holder(graph, wait, &mut followed) {
                return note(moment, wait, holder, &followed, after);
            }
        }
    }
    None
}

/// The tasks that were followed from one lock: does each wait only for what other tasks do?
type WaitsForOthers = BTreeMap<Id, bool>;

/// The note on this wait. Its table has the tasks that wait for the lock, and then those that they
/// need, directly or through each other.
fn note(
    moment: &Moment,
    wait: &WaitNow,
    holder: Id,
    followed: &WaitsForOthers,
    after: u64,
) -> Option<Lint> {
    let graph = &moment.graph;
    let (by, lock, held_by) = (moment.who(wait.by?), moment.thing(wait.on), moment.who(holder));
    let holder_awaits = moment.awaited(graph.waits(holder).first()?.on);
    let long = span(graph.age(wait));
    let text =
        format!("{by} has waited {long} for {lock} behind {held_by}, which waits {holder_awaits}");
    let mut tasks: Vec<Id> = graph.waiters(wait.on).filter_map(|wait| wait.by).collect();
    tasks.retain(|id| followed.get(id) != Some(&true));
    tasks.extend(followed.iter().filter(|(_, waits)| **waits).map(|(id, _)| *id));
    let lint = table(moment, &tasks, Lint::new(LintKind::LongWait, None, text, after));
    let lint = add_facts(moment, &tasks, lint).note(format!(
        "if what {held_by} waits for has to come from a task that needs {lock} first, neither goes \
         on. It may yet come from elsewhere"
    ));
    Some(Lint { certain: false, ..lint }.help(HELP_LOCK))
}

/// One of the tasks that must act before this wait can end (its *enders*), if it waits for other
/// tasks itself.
fn waiting_holder(graph: &Graph, wait: &WaitNow, followed: &mut WaitsForOthers) -> Option<Id> {
    graph.enders(wait).into_iter().find(|id| waits_for_others(graph, *id, followed))
}

/// Has the task waited for [`MIN_WAIT`], and only for what other tasks do? `followed` has the
/// answers so far, and `false` for a task in progress.
fn waits_for_others(graph: &Graph, id: Id, followed: &mut WaitsForOthers) -> bool {
    if let Some(answer) = followed.get(&id) {
        return *answer;
    }
    if followed.len() > MAX_TASKS {
        return false;
    }
    followed.insert(id, false);
    let Some(task) = graph.task(id) else { return false };
    // Other code that has a clone of its waker may wake it.
    if !graph.is_waiting(task) || task.clones.is_some_and(|clones| clones > 0) {
        return false;
    }
    let waits = graph.waits(id);
    let mut answer = !waits.is_empty();
    for wait in waits {
        answer &= is_for_others(graph, wait, followed);
    }
    followed.insert(id, answer);
    answer
}

/// Is it a long wait for what another task does, and if it is known which, does that one wait, too?
fn is_for_others(graph: &Graph, wait: &WaitNow, followed: &mut WaitsForOthers) -> bool {
    if !wait.own || graph.age(wait) < MIN_WAIT {
        return false; // (with another waker than its own, nobody knows who is woken)
    }
    match wait.on {
        Resource::Timer(_) | Resource::Source(..) => false,
        Resource::Task(_) => waiting_holder(graph, wait, followed).is_some(),
        on => !is_for_a_lock(on) || waiting_holder(graph, wait, followed).is_some(),
    }
}
