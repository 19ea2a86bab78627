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
//! Interface: [`circle`]. Not here: what to make of it (`deadlock.rs`).

use std::collections::BTreeSet;

use kettle_events::{Id, Resource, Units};

use super::run::Run;
use crate::fold::{Holder, State, Waiter};

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
    // Whatever has its waker might wake it; but it would wait for the same again.
    let waits = run.awaits(task);
    let [only] = &waits[..] else { return Vec::new() };
    if task.state != State::Waiting || task.clones > 0 || task.combined {
        return Vec::new();
    }
    if let Resource::Task(other) = only.on {
        return vec![other];
    }
    let holders = match only.on {
        Resource::Sync(kind, sync, ..) if kind.is_lock() => holders_before(run, sync, &only.waiter),
        _ => Vec::new(),
    };
    // A guard can be given to another task.
    let kept = |holder: &Holder| holder.task.filter(|task| !run.gave_since(*task, holder.since));
    holders.iter().filter_map(kept).collect()
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
