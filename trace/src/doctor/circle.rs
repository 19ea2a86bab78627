//! Do tasks wait for each other in a circle?
//!
//! A task *needs* others if it can't go on before each of them has done something: the holder of a
//! lock must release it, and so must every reader of an `RwLock` before a task may write. A task in
//! line behind the first needs the first to leave the line. A task that awaits another one's end needs
//! that one. If the way along what each task needs comes back to where it began, and none of these tasks
//! waits for anything else, none will go on.
//!
//! A circle of handles alone is none here: no guard is in it (`joins_in_a_circle` of `deadlock.rs`).
//! A semaphore gives no such certainty: any task may release its permits or add new ones.
//!
//! A limit of time beside a wait ends it, and so breaks a circle. But a task that has a lock itself, and begins to wait for
//! it anew whenever its limit is over, gets it no sooner.
//!
//! Interface: [`circle`], [`Retries`]. Not here: what to make of it (`deadlock.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Id, Resource, Units};

use super::run::Run;
use super::statement::awaits_a_limit;
use crate::fold::{Holder, State, Task, Wait, Waiter};

/// Fewer limits than these, or in less time, may be what a test is about.
const MANY: u32 = 10;
const LONG: Duration = Duration::from_secs(1);

/// The tasks from this one along what each of them needs, if they come back to it.
pub(super) fn circle(run: &Run, start: Id) -> Option<Vec<Id>> {
    let mut seen = BTreeSet::from([start]);
    let mut way = vec![start];
    // For each task of the way those that are still to be looked at.
    let mut ahead = vec![needs(run, start)];
    loop {
        let Some(next) = ahead.last_mut()?.pop() else {
            ahead.pop();
            way.pop();
            continue;
        };
        if next == start {
            // The oldest first, whichever was found first.
            let oldest = (0..way.len()).min_by_key(|index| way[*index])?;
            way.rotate_left(oldest);
            return way.iter().any(|task| waits_in_line(run, *task)).then_some(way);
        }
        if seen.insert(next) {
            way.push(next);
            ahead.push(needs(run, next));
        }
    }
}

fn waits_in_line(run: &Run, task: Id) -> bool {
    let waits = run.fold.task(task).map(|task| run.awaits(task)).unwrap_or_default();
    waits.iter().any(|wait| matches!(wait.on, Resource::Sync(..)))
}

/// The tasks that all must do something before this one can go on; none if anything else may help.
fn needs(run: &Run, task: Id) -> Vec<Id> {
    run.looks_at(1);
    let Some(task) = run.fold.task(task) else { return Vec::new() };
    match run.awaits(task)[..] {
        _ if may_be_called(task) => Vec::new(),
        [Wait { on: Resource::Task(other), .. }] => vec![other],
        [only] => keepers(run, &only),
        _ => Vec::new(),
    }
}

/// May code outside kettle call it? (Whatever else has its waker might wake it, but it would wait for the same again.)
fn may_be_called(task: &Task) -> bool {
    task.state != State::Waiting || task.clones > 0 || task.combined
}

/// The tasks that must give back the lock for which this is a wait. (A guard can be given to another task.)
fn keepers(run: &Run, wait: &Wait) -> Vec<Id> {
    let holders = match wait.on {
        Resource::Sync(kind, sync, ..) if kind.is_lock() => holders_before(run, sync, &wait.waiter),
        _ => Vec::new(),
    };
    let kept = |holder: &Holder| holder.task.filter(|task| !run.gave_since(*task, holder.since));
    holders.iter().filter_map(kept).collect()
}

/// Tasks that wait for a lock of their own, each time with a limit.
#[derive(Debug, Default)]
pub(super) struct Retries(BTreeMap<Id, Retry>);

#[derive(Debug)]
struct Retry {
    since: Duration,
    times: u32,
    /// The record with which the latest wait began.
    latest: u64,
}

impl Retries {
    /// These tasks have come to wait for a lock. Gives one that has done so again and again.
    pub(super) fn see(&mut self, run: &Run, asked: &BTreeSet<Id>, now: Duration) -> Option<Id> {
        let mut found = None;
        for id in asked {
            let Some(wait) = run.fold.task(*id).and_then(|task| waits_for_itself(run, task)) else {
                self.0.remove(id);
                continue;
            };
            let new = Retry { since: now, times: 0, latest: 0 };
            let retry = self.0.entry(*id).or_insert(new);
            retry.times += u32::from(retry.latest != wait);
            retry.latest = wait;
            if retry.times >= MANY && now.saturating_sub(retry.since) >= LONG {
                found = Some(*id);
            }
        }
        self.0.retain(|id, _| run.fold.task(*id).is_some_and(|task| !task.is_over()));
        found
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The record with which it began to wait for a lock that it has itself, if it waits only for the end of a limit to that
/// besides.
fn waits_for_itself(run: &Run, task: &Task) -> Option<u64> {
    let waits = run.awaits(task);
    let is_timer = |wait: &&Wait| matches!(wait.on, Resource::Timer(_));
    let (timers, others): (Vec<&Wait>, Vec<&Wait>) = waits.iter().partition(is_timer);
    let [wait] = others[..] else { return None };
    let at = wait.waiter.at.filter(|_| !timers.is_empty())?;
    let limited = timers.iter().all(|timer| timer.waiter.at == Some(at)) && awaits_a_limit(at);
    let own = limited && !may_be_called(task) && keepers(run, wait).contains(&task.id);
    own.then_some(wait.waiter.since)
}

/// What must be given back before this waiter's turn comes.
fn holders_before(run: &Run, sync: Id, waiter: &Waiter) -> Vec<Holder> {
    let Some(known) = run.fold.primitive(sync) else { return Vec::new() };
    let all = || known.holders.iter().map(|(_, holder)| *holder).collect();
    match known.line.first() {
        // A waiter that was served has some of it, and may give it back.
        _ if !known.handed.is_empty() => Vec::new(),
        _ if known.is_exclusive() => all(),
        Some(first) if first.since != waiter.since => {
            vec![Holder { task: first.task, since: first.since, at: first.at }]
        }
        // A reader that is the first waits for any of so many readers to go.
        _ if waiter.units == Units::All => all(),
        _ => Vec::new(),
    }
}
