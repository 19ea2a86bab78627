//! Of tasks that hang, which waits are at the root?
//!
//! A wait is *explained* by a task that hangs itself: by the one that has the lock or the permit, that receives from the
//! full channel, or whose end is awaited. The way along these comes to a wait that nothing explains, which is a *root*,
//! or goes in a circle. A *keeper* is a task at such a wait that keeps meanwhile what another one waits for: the one
//! that would end the wait may be just that other one.
//!
//! Interface: [`Hung`]. Not here: what to write instead (`advice.rs`).

use std::collections::{BTreeMap, BTreeSet};

use kettle_events::{Id, Resource, SyncKind};

use super::channels::receiver;
use super::hung::{is_of_a_set, of_task};
use super::run::Run;
use crate::fold::Task;

/// The tasks that hang, and what is at the root of that.
pub(super) struct Hung<'a> {
    pub(super) run: &'a Run,
    pub(super) tasks: Vec<&'a Task>,
    /// What each of them waits for.
    waits: Waits,
    /// The waits that nothing explains; if some go in a circle, those instead.
    pub(super) roots: Vec<Resource>,
    pub(super) in_a_circle: bool,
    pub(super) keepers: BTreeMap<Id, Keeper>,
    pub(super) shares: Shares,
}

type Waits = BTreeMap<Id, Vec<Resource>>;

/// A task that waits at a root, and keeps meanwhile what another one waits for.
pub(super) struct Keeper {
    pub(super) waits: Resource,
    pub(super) keeps: Resource,
    pub(super) other: Id,
}

/// Which of the tasks that hang hold what is waited for. (An owned guard may be another task's by now.)
pub(super) struct Shares {
    known: BTreeMap<Id, Vec<Id>>,
}

impl Shares {
    fn new(run: &Run, waits: &Waits) -> Shares {
        let mut shares = Shares { known: BTreeMap::new() };
        for on in waits.values().flatten() {
            let Resource::Sync(kind, sync, ..) = *on else { continue };
            let known = run.fold.primitive(sync).filter(|known| known.handed.is_empty());
            let Some(known) = known.filter(|_| is_kept(kind)) else { continue };
            let holders = known.holders.iter().filter(|(_, holder)| !holder.owned);
            let waiting = |task: &Id| waits.get(task).is_some_and(|waits| !waits.is_empty());
            let all = || holders.filter_map(|(_, holder)| holder.task).filter(waiting).collect();
            shares.known.entry(sync).or_insert_with(all);
        }
        shares
    }

    /// The tasks that have some of it, and wait themselves.
    pub(super) fn of(&self, on: Resource) -> &[Id] {
        sync_of(on).and_then(|sync| self.known.get(&sync)).map(Vec::as_slice).unwrap_or_default()
    }
}

impl<'a> Hung<'a> {
    pub(super) fn new(run: &'a Run, tasks: Vec<&'a Task>) -> Hung<'a> {
        let of = |task: &&Task| of_task(run, task).into_iter().map(|wait| wait.on).collect();
        let waits: Waits = tasks.iter().map(|task| (task.id, of(task))).collect();
        let each = || tasks.iter().flat_map(|task| waits[&task.id].iter().map(|on| (*task, *on)));
        let asks = each().filter_map(|(task, on)| Some((task.id, sync_of(on)?)));
        let asks: BTreeSet<(Id, Id)> = asks.collect();
        let shares = Shares::new(run, &waits);
        // From each task that explains waits to those that wait, and those at a root.
        let mut explains: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        let mut ahead: Vec<Id> = Vec::new();
        let mut roots = Vec::new();
        for (task, on) in each() {
            let by = explained_by(run, (&shares, &asks), task, on);
            if by.is_empty() {
                ahead.push(task.id);
                if is_of_a_set(on) {
                    roots.extend(jobs_of(run, task).map(|job| (task, job)));
                } else {
                    roots.push((task, on));
                }
            }
            for other in by {
                explains.entry(other).or_default().push(task.id);
            }
        }
        ahead.extend(tasks.iter().filter(|task| waits[&task.id].is_empty()).map(|task| task.id));
        let mut rooted: BTreeSet<Id> = ahead.iter().copied().collect();
        while let Some(task) = ahead.pop() {
            let more = explains.get(&task).into_iter().flatten().copied();
            ahead.extend(more.filter(|waiting| rooted.insert(*waiting)));
        }
        let in_a_circle = tasks.iter().any(|task| !rooted.contains(&task.id));
        if in_a_circle {
            roots = each().filter(|(task, _)| !rooted.contains(&task.id)).collect();
        } else {
            // If the last sender hangs elsewhere, that is why no value comes.
            let elsewhere = |(task, on): &(&Task, Resource)| sender_hangs(run, task, *on);
            if !roots.iter().all(elsewhere) {
                roots.retain(|root| !elsewhere(root));
            }
        }
        let mut at_roots: BTreeMap<Id, Vec<Resource>> = BTreeMap::new();
        for (task, on) in &roots {
            at_roots.entry(task.id).or_default().push(*on);
        }
        let keepers_at = |at: &Waits| {
            let mut keepers = BTreeMap::new();
            for (other, keeps) in each() {
                for &holder in shares.of(keeps).iter().filter(|holder| **holder != other.id) {
                    let at = at.get(&holder).into_iter().flatten(); // (a set awaits each of its tasks)
                    let at = at.filter(|on| !is_same(**on, keeps));
                    if let Some(waits) = at.min_by_key(|on| !is_of_a_set(**on)) {
                        let (waits, other) = (*waits, other.id);
                        keepers.entry(holder).or_insert(Keeper { waits, keeps, other });
                    }
                }
            }
            keepers
        };
        // Or one that only awaits a task at a root.
        let mut keepers = keepers_at(&at_roots);
        let is_lock =
            |(_, on): &(&Task, Resource)| matches!(on, Resource::Sync(kind, ..) if kind.is_lock());
        if keepers.is_empty() && !roots.iter().any(is_lock) {
            keepers = keepers_at(&waits);
        }
        let roots = roots.into_iter().map(|(_, on)| on).collect();
        Hung { run, tasks, waits, roots, in_a_circle, keepers, shares }
    }

    /// What this task waits for.
    pub(super) fn waits(&self, task: &Task) -> &[Resource] {
        self.waits.get(&task.id).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The tasks that hang themselves, and would end this wait if they went on.
fn explained_by(
    run: &Run,
    (shares, asks): (&Shares, &BTreeSet<(Id, Id)>),
    task: &Task,
    on: Resource,
) -> Vec<Id> {
    match on {
        Resource::Task(other) if hangs(run, other) => vec![other],
        // Each task of the set has been awaited, perhaps in an earlier poll.
        _ if is_of_a_set(on) => {
            let tasks = run.waits(task.id).into_iter().filter_map(|wait| match wait.on {
                Resource::Task(other) if hangs(run, other) => Some(other),
                _ => None,
            });
            tasks.collect()
        }
        Resource::Sync(SyncKind::Mpsc, channel, ..) => {
            let known = run.fold.primitive(channel);
            let other = known.and_then(|known| receiver(run, known)).map(|other| other.id);
            other.filter(|other| *other != task.id).into_iter().collect()
        }
        _ => {
            let holders = shares.of(on);
            // One that waits for more of its permits is no reason for it.
            let again = |id: &Id| sync_of(on).is_some_and(|sync| asks.contains(&(*id, sync)));
            if holders.iter().any(again) { Vec::new() } else { holders.to_vec() }
        }
    }
}

/// The blocking jobs for whose ends it waits that have not ended.
fn jobs_of(run: &Run, task: &Task) -> impl Iterator<Item = Resource> {
    let out = |id: Id| run.fold.job(id).is_some_and(|job| job.out);
    let first = run.waits(task.id).into_iter().find_map(|wait| match wait.on {
        Resource::Task(job) if run.fold.task(job).is_none() && out(job) => Some(wait.on),
        _ => None,
    });
    first.into_iter()
}

pub(super) fn is_kept(kind: SyncKind) -> bool {
    kind.is_lock() || kind == SyncKind::Semaphore
}

fn sync_of(on: Resource) -> Option<Id> {
    match on {
        Resource::Sync(_, sync, ..) => Some(sync),
        _ => None,
    }
}

fn is_same(one: Resource, other: Resource) -> bool {
    sync_of(one).is_some_and(|sync| sync_of(other) == Some(sync))
}

fn hangs(run: &Run, id: Id) -> bool {
    run.fold.task(id).is_some_and(|task| !task.is_over())
}

/// Is it another task that hangs which has sent into this channel last?
fn sender_hangs(run: &Run, task: &Task, on: Resource) -> bool {
    let Resource::SyncValue(SyncKind::Mpsc, channel) = on else { return false };
    let sender = run.fold.primitive(channel).and_then(|known| known.sender);
    sender.is_some_and(|sender| sender != task.id && hangs(run, sender))
}
