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
//! A limit of time beside a wait ends it, and so breaks a circle.
//!
//! Interface: [`circle`], [`may_end`], [`waits_for`]. Not here: what to make of it (`deadlock.rs`).

use std::collections::BTreeSet;

use kettle_events::{Id, Resource, Units};

use super::lost_wakeup::is_joined_for_good;
use super::run::Run;
use crate::fold::{Holder, State, Task, Wait, Waiter};

/// So many tasks are looked at again and again.
pub(super) const MOST: usize = 64;

/// With more tasks, nothing is said of a circle.
const LONGEST: usize = 64;

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
        if seen.len() < LONGEST && seen.insert(next) {
            way.push(next);
            ahead.push(needs(run, next));
        }
    }
}

fn waits_in_line(run: &Run, task: Id) -> bool {
    let waits = run.fold.task(task).map(|task| run.few_awaits(task)).unwrap_or_default();
    waits.iter().any(|wait| matches!(wait.on, Resource::Sync(..)))
}

/// The tasks that all must do something before this one can go on; none if anything else may help.
fn needs(run: &Run, task: Id) -> Vec<Id> {
    run.looks_at(1);
    let Some(task) = run.fold.task(task) else { return Vec::new() };
    match run.few_awaits(task)[..] {
        _ if may_be_called(task) => Vec::new(),
        [Wait { on: Resource::Task(other), .. }] => vec![other],
        [only] => keepers(run, &only).iter().filter_map(|holder| holder.task).collect(),
        _ => Vec::new(),
    }
}

/// May code outside kettle call it? (Whatever else has its waker might wake it, but it would wait for the same again.)
fn may_be_called(task: &Task) -> bool {
    task.state != State::Waiting || task.clones > 0 || task.combined
}

/// Can one of them be aborted? A handle that is awaited aborts nothing.
pub(super) fn may_end(run: &Run, circle: &[Id]) -> bool {
    let awaited = |task: &Task| task.handles == 1 && is_joined_for_good(run, task.id);
    let mut tasks = circle.iter().filter_map(|id| run.fold.task(*id));
    tasks.any(|task| task.handles > 0 && !awaited(task))
}

/// Does one of them wait for such a thing?
pub(super) fn waits_for(run: &Run, circle: &[Id], such: impl Fn(Resource) -> bool) -> bool {
    let tasks = circle.iter().filter_map(|id| run.fold.task(*id));
    tasks.flat_map(|task| run.awaits(task)).any(|wait| such(wait.on))
}

/// What tasks must give back of the lock for which this is a wait. (An owned guard can be given to another task.)
fn keepers(run: &Run, wait: &Wait) -> Vec<Holder> {
    let mut holders = match wait.on {
        Resource::Sync(kind, sync, ..) if kind.is_lock() => holders_before(run, sync, &wait.waiter),
        _ => Vec::new(),
    };
    holders.retain(|it| it.task.is_some() && !it.owned);
    holders
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
            let Waiter { task, since, at, .. } = *first;
            vec![Holder { hold: 0, task, owned: false, since, at }]
        }
        // A reader that is the first waits for any of so many readers to go.
        _ if waiter.units == Units::All => all(),
        _ => Vec::new(),
    }
}
