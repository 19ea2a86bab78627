//! Who waits for whom, and which tasks must act before a wait can end?
//!
//! Only two kinds of wait have known *enders*, the tasks that must act before the wait can end:
//! - a wait for the end of a task: that task;
//! - a wait for a lock: the tasks that have its guards. (An owned guard may be anywhere.)
//!
//! A permit, a value or a notification can come from any task. And if a wait stores another waker
//! than the task's own, only other code knows what that wakes.
//!
//! A task *needs* others if it has one open wait and they are its enders. Tasks that need each
//! other in a *circle* wait until a guard is dropped by other code. A task is *stuck* if nothing
//! can wake or abort it, wherever guards are.
//!
//! Interface: [`Graph`], made from one [`Snapshot`]. It finds waits, holds and things by task or by
//! number, and answers: [`Graph::enders`] of a wait; [`Graph::needed`], all tasks that one needs;
//! [`Graph::circle`] around a task; [`Graph::is_stuck`].
//! Invariant: the answers are the same for a runtime's snapshot and for one made from its records.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::time::Duration;

use kettle_events::{
    Coming, Direction, HoldNow, Id, JobNow, Kind, Resource, ScopeKind, ScopeNow, Snapshot,
    SourceNow, TaskNow, Thing, ThingNow, Units, WaitNow,
};

/// A circle of more tasks than this isn't reported.
const MAX_CIRCLE: usize = 64;
/// Of scopes that are inside of each other, so many are looked at.
const MAX_DEPTH: usize = 100;

/// A snapshot, with tables of its waits and holds.
#[derive(Debug)]
pub(crate) struct Graph<'a> {
    pub(crate) now: &'a Snapshot,
    /// Sorted by task: the open waits; and those whose task was *served* (given its turn or units),
    /// or was woken by a *report* of its source, and hasn't been polled since.
    waits: Vec<&'a WaitNow>,
    reported: Vec<&'a WaitNow>,
    /// For each thing, the waits for it: a line from front to back.
    lines: BTreeMap<Id, Vec<&'a WaitNow>>,
    /// For each thing, the first wait that was given what it waits for and hasn't taken it.
    given: BTreeMap<Id, &'a WaitNow>,
    /// For each thing, its holds, the oldest first.
    holds: BTreeMap<Id, Vec<&'a HoldNow>>,
    /// How many entries were visited.
    visited: Cell<u64>,
}

impl<'a> Graph<'a> {
    pub(crate) fn of(now: &'a Snapshot) -> Graph<'a> {
        let by_tasks = now.waits.iter().filter(|wait| wait.by.is_some());
        let (mut waits, mut reported): (Vec<&WaitNow>, Vec<&WaitNow>) =
            by_tasks.partition(|wait| wait.is_asked());
        waits.sort_by_key(|wait| wait.by);
        reported.sort_by_key(|wait| wait.by);
        let mut lines = BTreeMap::<_, Vec<_>>::new();
        now.waits.iter().for_each(|wait| lines.entry(id_of(wait.on)).or_default().push(wait));
        let mut given = BTreeMap::new();
        for (on, line) in &mut lines {
            line.sort_by_key(|wait| ticket(wait.on));
            given.extend(line.iter().find(|wait| wait.served).map(|wait| (*on, *wait)));
        }
        let mut holds = BTreeMap::<_, Vec<_>>::new();
        now.holds.iter().for_each(|hold| holds.entry(hold.thing).or_default().push(hold));
        let visited = now.tasks.len() + now.waits.len() + now.holds.len() + now.things.len();
        Graph { now, waits, reported, lines, given, holds, visited: Cell::new(visited as u64) }
    }

    /// How many entries were visited.
    pub(crate) fn visited(&self) -> u64 {
        self.visited.get()
    }

    // ----- what there is -----

    /// A task that has not ended.
    pub(crate) fn task(&self, id: Id) -> Option<&'a TaskNow> {
        let tasks = &self.now.tasks;
        Some(&tasks[tasks.binary_search_by_key(&id, |task| task.id).ok()?])
    }

    /// The future of the latest `block_on`.
    pub(crate) fn main(&self) -> Option<&'a TaskNow> {
        self.now.tasks.iter().rfind(|task| task.kind == Kind::Main)
    }

    pub(crate) fn job(&self, id: Id) -> Option<&'a JobNow> {
        self.now.jobs.iter().find(|job| job.id == id)
    }

    /// The lock, channel or other primitive that is waited for.
    pub(crate) fn sync(&self, on: Resource) -> Option<&'a ThingNow> {
        let Thing::Sync(_, id) = on.thing() else { return None };
        let things = &self.now.things;
        Some(&things[things.binary_search_by_key(&id, |thing| thing.id).ok()?])
    }

    /// The open waits of a task or job, the oldest first.
    pub(crate) fn waits(&self, by: Id) -> &[&'a WaitNow] {
        waits_of(&self.waits, by)
    }

    /// The waits of a task that were served or reported.
    pub(crate) fn reported(&self, by: Id) -> &[&'a WaitNow] {
        waits_of(&self.reported, by)
    }

    /// How long a wait is known to have lasted, by the runtime's clock.
    pub(crate) fn age(&self, wait: &WaitNow) -> Duration {
        self.now.time.saturating_sub(wait.began)
    }

    /// The holds of a primitive, the oldest first.
    pub(crate) fn holds(&self, thing: Id) -> &[&'a HoldNow] {
        self.holds.get(&thing).map(Vec::as_slice).unwrap_or_default()
    }

    /// The open waits for this. (A ticket in `on` is ignored.)
    pub(crate) fn waiters(&self, on: Resource) -> impl Iterator<Item = &'a WaitNow> {
        let same = std::mem::discriminant(&on);
        let line = self.lines.get(&id_of(on)).into_iter().flatten().copied();
        line.filter(move |wait| std::mem::discriminant(&wait.on) == same && wait.is_asked())
    }

    /// The first wait that was given this lock or permit, and has not taken it yet.
    pub(crate) fn given_to(&self, on: Resource) -> Option<&'a WaitNow> {
        let Thing::Sync(kind, sync) = on.thing() else { return None };
        self.given.get(&sync).copied().filter(|_| !kind.is_channel())
    }

    /// The `select!`s, `join!`s and the like around a wait, from the inside out, each with the
    /// number of the branch that the wait is in.
    pub(crate) fn scopes_around(&self, wait: &WaitNow) -> Vec<(ScopeKind, u64)> {
        let scopes = &self.now.scopes;
        let before = |id| scopes[..scopes.partition_point(|scope| scope.id <= id)].last();
        let around = scopes_around(wait.scope, before);
        around.map(|(branch, scope)| (scope.what, branch.get() - scope.id.get())).collect()
    }

    // ----- what they do -----

    /// Has the task returned `Pending`, so that only a wake lets it be polled again?
    pub(crate) fn is_waiting(&self, task: &TaskNow) -> bool {
        task.queued == Some(false) && !self.now.running.contains(&task.id)
    }

    /// Does the task wait without an open wait, and without a clone of its waker?
    pub(crate) fn has_no_waker(&self, task: &TaskNow) -> bool {
        self.is_waiting(task) && task.clones == Some(0) && self.waits(task.id).is_empty()
    }

    /// What could still come to the sources that tasks wait for, and from where. A wait in a branch
    /// of a `select!` that has ended doesn't count: no event says that its `read` was dropped, but
    /// the task would have polled it again. Nor does one whose task has ended.
    pub(crate) fn coming(&self) -> impl Iterator<Item = Coming> {
        let is_over = |wait: &WaitNow| wait.scope.is_some() && self.scopes_around(wait).is_empty();
        let has_ended = |by: Id| self.task(by).is_none() && self.job(by).is_none();
        let is_open =
            move |wait: &&WaitNow| wait.reported.is_none() && !wait.by.is_some_and(has_ended);
        let waits = self.now.waits.iter().filter(is_open);
        let waits = waits.filter(move |wait| !wait.own || !is_over(wait));
        waits.filter_map(|wait| match wait.on {
            Resource::Source(id, direction) => Some(self.coming_to(id, direction)),
            _ => None,
        })
    }

    /// What could still come to a source in this direction.
    pub(crate) fn coming_to(&self, source: Id, direction: Direction) -> Coming {
        let Some(source) = self.source(source) else { return Coming::Open };
        match source.end.coming[direction as usize] {
            // It has arrived, so the selector has reported it, and won't do so again.
            Coming::OnItsWay if source.ready[direction as usize] => Coming::Closed,
            coming => coming,
        }
    }

    /// A source that is registered.
    pub(crate) fn source(&self, id: Id) -> Option<&'a SourceNow> {
        let sources = &self.now.sources;
        Some(&sources[sources.binary_search_by_key(&id, |source| source.id).ok()?])
    }

    // ----- why they do nothing -----

    /// The tasks that must all act before this wait can end; none if it could end otherwise.
    pub(crate) fn enders(&self, wait: &WaitNow) -> Vec<Id> {
        match wait.on {
            Resource::Task(id) if wait.own && self.task(id).is_some() => vec![id],
            Resource::Sync(kind, lock, ..) if wait.own && kind.is_lock() => {
                self.lock_enders(wait, lock).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The tasks that must release a lock before this waiter gets it; `None`: not known.
    fn lock_enders(&self, wait: &WaitNow, lock: Id) -> Option<Vec<Id>> {
        // A future that was given the lock can take it, or be dropped.
        if self.given_to(wait.on).is_some() {
            return None;
        }
        let is_exclusive = self.holds(lock).iter().any(|hold| hold.units == Units::All);
        let first = self.waiters(wait.on).next().filter(|first| first.id != wait.id);
        if !is_exclusive && let Some(task_before_it) = first.and_then(|first| first.by) {
            return Some(vec![task_before_it]);
        }
        // If readers hold the lock, the first reader in line needs only one of them to leave.
        let needs_all = is_exclusive || matches!(wait.on, Resource::Sync(_, _, Units::All, _));
        // One holder that isn't known makes the answer unknown. (An owned guard may be anywhere.)
        let holders = self.holds(lock).iter().map(|hold| hold.by.filter(|_| !hold.owned));
        if needs_all { holders.collect() } else { None }
    }

    /// Every task that may be an [ender](Graph::enders): a circle has no other tasks.
    pub(crate) fn all_enders(&self) -> BTreeSet<Id> {
        let holders = self.now.holds.iter().filter_map(|hold| hold.by);
        let firsts =
            self.lines.values().filter_map(|line| line.iter().find(|wait| !wait.served)?.by);
        let awaited = self.now.waits.iter().filter_map(|wait| match wait.on {
            Resource::Task(id) => Some(id),
            _ => None,
        });
        holders.chain(firsts).chain(awaited).collect()
    }

    /// All tasks that must act before this one can go on, directly or through each other.
    pub(crate) fn needed(&self, start: Id) -> BTreeSet<Id> {
        let (mut needed, mut to_visit) = (BTreeSet::new(), vec![start]);
        while let Some(next) = to_visit.pop().filter(|_| needed.len() < MAX_CIRCLE) {
            self.visited.set(self.visited.get() + 1);
            let task = self.task(next).filter(|task| self.is_waiting(task));
            if let [only_wait] = task.map(|task| self.waits(task.id)).unwrap_or_default() {
                to_visit.extend(self.enders(only_wait).into_iter().filter(|id| needed.insert(*id)));
            }
        }
        needed
    }

    /// The tasks that need this one and are needed by it, the oldest first.
    pub(crate) fn circle(&self, start: Id) -> Option<Vec<Id>> {
        let needed = self.needed(start);
        let needs_start = |id: &Id| self.needed(*id).contains(&start);
        needed.contains(&start).then(|| needed.into_iter().filter(needs_start).collect())
    }

    /// Can nothing wake or abort this task, whatever the others do? It is stuck if it waits only
    /// for the ends of stuck tasks, no other code has its waker, and each of its handles is with a
    /// stuck task that awaits it. (A wait for a lock doesn't count: its guard may be anywhere.)
    pub(crate) fn is_stuck(&self, task: Id) -> bool {
        self.is_stuck_with(task, &mut BTreeSet::new())
    }

    /// Is it stuck, provided that all of `others` are? Adds it to them.
    fn is_stuck_with(&self, id: Id, others: &mut BTreeSet<Id>) -> bool {
        if others.len() > MAX_CIRCLE || !others.insert(id) {
            return others.contains(&id);
        }
        self.visited.set(self.visited.get() + 1);
        let has_no_waker = |task: &&TaskNow| self.is_waiting(task) && task.clones == Some(0);
        let Some(task) = self.task(id).filter(has_no_waker) else { return false };
        let joins: Vec<_> = self.waiters(Resource::Task(id)).filter(|wait| wait.own).collect();
        // (`block_on` has the handle of its own future, and never aborts that.)
        if task.kind != Kind::Main && task.handles != Some(joins.len()) {
            return false; // other code may use a handle to abort it
        }
        // The tasks that it awaits, and then those that await it, must all be stuck, too.
        let mut tasks = Vec::new();
        for wait in self.waits(id) {
            match wait.on {
                Resource::Task(awaited) if wait.own => tasks.push(Some(awaited)),
                _ => return false,
            }
        }
        tasks.extend(joins.iter().map(|wait| wait.by));
        tasks.into_iter().all(|id| id.is_some_and(|id| self.is_stuck_with(id, others)))
    }
}

/// A branch and those around it, from the inside out, each with its scope. `before` finds the last
/// scope whose number isn't higher than the branch's.
pub(super) fn scopes_around<'a>(
    branch: Option<Id>,
    before: impl Fn(Id) -> Option<&'a ScopeNow>,
) -> impl Iterator<Item = (Id, &'a ScopeNow)> {
    let find = move |branch: Option<Id>| {
        let (branch, scope) = (branch?, before(branch?)?);
        (branch.get() - scope.id.get() <= u64::from(scope.branches)).then_some((branch, scope))
    };
    // The number of steps is limited, because a contradictory record could lead in a circle.
    iter::successors(find(branch), move |(_, scope)| find(scope.around)).take(MAX_DEPTH)
}

/// While the thread sleeps: would this task of a local set be polled if any task polled the set?
pub(crate) fn is_undriven(task: &TaskNow) -> bool {
    task.kind == Kind::Local && task.queued == Some(true)
}

/// The waits of one task, out of waits that are sorted by task.
fn waits_of<'b, 'a>(waits: &'b [&'a WaitNow], by: Id) -> &'b [&'a WaitNow] {
    let from = waits.partition_point(|wait| wait.by < Some(by));
    let after = waits[from..].partition_point(|wait| wait.by == Some(by));
    &waits[from..from + after]
}

/// The id of what is waited for.
fn id_of(on: Resource) -> Id {
    match on.thing() {
        Thing::Task(id) | Thing::Timer(id) | Thing::Source(id) | Thing::Sync(_, id) => id,
    }
}

fn ticket(on: Resource) -> usize {
    if let Resource::Sync(.., ticket) = on { ticket } else { 0 }
}
