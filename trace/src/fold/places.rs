//! Where is a waker stored, and how does it leave?
//!
//! [`Event::Wait`](kettle_events::Event::Wait) says where the running task has stored its waker
//! and whose it replaced; each kind of place has its own rule for that (`waiting.rs`).

use std::collections::BTreeSet;

use kettle_events::{Cause, Id, Record, Replaced, Resource, SyncKind, Units};

use super::fold::Fold;
use super::primitive::Primitive;
use super::things::Job;
use super::waiting::{Spot, Stored, Wait, Waiter, store_beside, store_one, take_from};

/// A task has at least so many waits more than wakers before the oldest are forgotten. (Under a
/// combinator that makes wakers of its own, there are more.)
const UNTOLD: usize = 64;

impl Fold {
    pub(super) fn wait(&mut self, record: &Record, on: Resource, told: Replaced) {
        let Some(spot) = Spot::of(on) else { return };
        let poll = record.task.and_then(|id| self.tasks.all.get(&id)).map_or(0, |task| task.polls);
        let units = if let Resource::Sync(_, _, units, _) = on { units } else { Units::Count(1) };
        let by = record.task.or(record.job);
        let new = Waiter {
            task: by,
            since: record.seq,
            renewed: record.seq,
            poll,
            at: record.at.place(),
            units,
        };
        let Some(stored) = self.store(spot, new, told) else { return };
        let Stored { gone, joined, wrong } = stored;
        self.asked.push((record.seq, spot));
        let of_a_timer = matches!(spot, Spot::Timer(_));
        if let (Some(wrong), true) = (wrong, of_a_timer) {
            self.trouble.check(false, || format!("{on:?}: {wrong}"));
        } else if let Some(wrong) = wrong {
            self.trouble.check_seen(false, || format!("{on:?}: {wrong}"));
        }
        if let Some(gone) = gone {
            self.tasks.leaves(gone, spot);
        }
        if joined {
            self.tasks.joins(new, spot);
        }
        if let Some(job) = record.job.and_then(|id| self.jobs.get_mut(&id)) {
            job.blocks_at = Some(spot);
        }
    }

    fn store(&mut self, spot: Spot, new: Waiter, told: Replaced) -> Option<Stored> {
        Some(match spot {
            Spot::Timer(timer) => {
                let known = self.wheel.timers.get_mut(&timer);
                let there = known.is_some(); // if not, it may be in another runtime's
                self.trouble.check_seen(there, || format!("{timer:?} is not in the wheel"));
                store_one(&mut known?.waiter, new, told)
            }
            Spot::Source(source, direction) => {
                let known = self.sources.contains_key(&source);
                self.trouble.check_seen(known, || format!("{source:?} was never registered"));
                let side = self.sources.get_mut(&source)?.side_mut(direction);
                let cleared = !side.ready;
                self.trouble.check_seen(cleared, || format!("{source:?} is ready, and waited for"));
                store_beside(&mut side.waiters, new, told)
            }
            Spot::Value(kind, sync) => {
                store_one(&mut self.primitive_of(kind, sync).value, new, told)
            }
            Spot::Closed(kind, sync) => store_for_the_end(self.primitive_of(kind, sync), new, told),
            Spot::Line(kind, sync, ticket) => {
                let known = self.primitive_of(kind, sync);
                known.waits += u64::from(known.line.get(ticket).is_none());
                if known.gives() {
                    known.count = Some(0); // it has what was free, and waits for more
                }
                known.line.store(ticket, new, told)
            }
            Spot::Task(id) => store_one(self.joiner_of(id), new, told),
        })
    }

    /// The waiter for the end of a task, a job, or something of another runtime.
    fn joiner_of(&mut self, id: Id) -> &mut Option<Waiter> {
        if let Some(task) = self.tasks.all.get_mut(&id) {
            return &mut task.joiner;
        }
        let job = self.jobs.entry(id).or_insert_with(|| {
            self.trouble.check_seen(false, || format!("nobody has told of task or job {id}"));
            Job { handle: true, ..Job::default() }
        });
        &mut job.joiner
    }

    /// The first in line, or the only one, was given what it waits for.
    pub(super) fn served(&mut self, record: &Record, on: Resource) {
        match on {
            Resource::Sync(kind, sync, _, ticket) => self.sync_served(kind, sync, ticket),
            on => self.unwait(record, on),
        }
    }

    /// A waiter has left: its future was dropped, or it was given what it waits for.
    pub(super) fn unwait(&mut self, record: &Record, on: Resource) {
        let Some(spot) = Spot::of(on) else { return };
        // A main future that has panicked is dropped after its poll.
        let task = record.task.or(record.job).or(self.tasks.ended);
        let gone = match spot {
            Spot::Timer(timer) => {
                self.wheel.timers.get_mut(&timer).and_then(|timer| timer.waiter.take())
            }
            Spot::Source(source, direction) => {
                let side = self.sources.get_mut(&source).map(|source| source.side_mut(direction));
                side.and_then(|side| take_from(&mut side.waiters, task))
            }
            Spot::Value(kind, sync) => self.primitive_of(kind, sync).value.take(),
            Spot::Closed(kind, sync) => take_from(&mut self.primitive_of(kind, sync).gone, task),
            Spot::Line(kind, sync, ticket) => return self.sync_left(kind, sync, ticket),
            Spot::Task(id) => self.joiner_of(id).take(),
        };
        self.left(gone, spot);
    }

    /// Its poll ends, and there are so many clones of its waker. What another thread has taken from a line is
    /// mostly not told: where a message woke it, and there are fewer clones than waits, it has gone on from those in
    /// lines that it did not renew. (Else the clones are a combinator's, and without an end the list would grow.)
    pub(super) fn forget_waits(&mut self, id: Id, wakers: usize) {
        if self.tasks.running.len() <= 1 {
            self.asked.clear();
        }
        let Some(task) = self.tasks.all.get(&id) else { return };
        let excess = task.waits.len().saturating_sub(wakers);
        let by_message = task.woken_by.is_some_and(|wake| wake.by == Cause::Message);
        let is_past = |waiter: &Waiter| waiter.poll != task.polls;
        let gone: Vec<Spot> = if by_message && !task.combined {
            let taken = |spot: &&Spot| {
                spot.is_in_an_untold_line() && self.newest_at(**spot, is_past).is_some()
            };
            task.waits.values().filter(taken).take(excess).copied().collect()
        } else {
            let excess = task.untold.len().saturating_sub(wakers);
            let most = if excess > 2 * UNTOLD { excess - UNTOLD } else { 0 };
            let oldest = task.untold.iter().take(most);
            oldest.filter_map(|since| task.waits.get(since)).copied().collect()
        };
        self.looked += gone.len() as u64;
        for spot in gone {
            if let Some(gone) = self.forget_wait(id, spot) {
                self.tasks.leaves(gone, spot);
            }
        }
    }

    fn forget_wait(&mut self, id: Id, spot: Spot) -> Option<Waiter> {
        let mine = |waiter: &mut Waiter| waiter.task == Some(id);
        match spot {
            Spot::Timer(_) | Spot::Source(..) => None,
            Spot::Line(_, sync, ticket) => self.primitives.get_mut(sync)?.line.take(ticket),
            Spot::Value(_, sync) => self.primitives.get_mut(sync)?.value.take_if(mine),
            Spot::Closed(_, sync) => take_from(&mut self.primitives.get_mut(sync)?.gone, Some(id)),
            Spot::Task(id) => self.joiner_of(id).take_if(mine),
        }
    }

    /// The same with all for which it has stored a waker in this poll, after that record.
    pub(super) fn gives_up_since(&mut self, task: Option<Id>, since: u64) {
        let asked = self.asked.iter().rev().take_while(|(seq, _)| *seq > since);
        let spots: Vec<Spot> = asked.map(|(_, spot)| *spot).collect();
        self.gives_up(task, &spots, since);
    }

    /// The running task goes on without what it waited for there. (Its waker may be called all the same.)
    pub(super) fn gives_up(&mut self, task: Option<Id>, spots: &[Spot], since: u64) {
        self.looked += spots.len() as u64;
        for spot in spots.iter().copied() {
            let mine = |one: &&mut Waiter| one.task == task && one.renewed > since;
            let found = self.stored_mut(spot).iter_mut().find(mine).map(|waiter| {
                waiter.poll = 0;
                *waiter
            });
            if let Some(waiter) = found {
                self.tasks.moved(waiter, spot);
            }
        }
    }

    fn stored_mut(&mut self, spot: Spot) -> &mut [Waiter] {
        let found = match spot {
            Spot::Timer(timer) => {
                self.wheel.timers.get_mut(&timer).map(|t| t.waiter.as_mut_slice())
            }
            Spot::Source(source, direction) => {
                let known = self.sources.get_mut(&source);
                known.map(|source| source.side_mut(direction).waiters.as_mut_slice())
            }
            Spot::Line(_, id, ticket) => {
                let line = self.primitives.get_mut(id).map(|known| &mut known.line);
                line.and_then(|line| line.get_mut(ticket)).map(std::slice::from_mut)
            }
            Spot::Value(_, id) => {
                self.primitives.get_mut(id).map(|known| known.value.as_mut_slice())
            }
            Spot::Closed(_, id) => {
                self.primitives.get_mut(id).map(|known| known.gone.as_mut_slice())
            }
            Spot::Task(id) => Some(self.joiner_of(id).as_mut_slice()),
        };
        found.unwrap_or_default()
    }

    /// The waiters of exactly this place: of a line, the one with this ticket.
    pub(super) fn stored(&self, spot: Spot) -> &[Waiter] {
        let found = match spot {
            Spot::Timer(timer) => self.wheel.timers.get(&timer).map(|t| t.waiter.as_slice()),
            Spot::Source(source, direction) => {
                self.sources.get(&source).map(|known| known.side(direction).waiters.as_slice())
            }
            Spot::Line(_, id, ticket) => {
                let line = self.primitives.get(id).map(|known| &known.line);
                line.and_then(|line| line.get(ticket)).map(std::slice::from_ref)
            }
            Spot::Value(_, id) => self.primitives.get(id).map(|known| known.value.as_slice()),
            Spot::Closed(_, id) => self.primitives.get(id).map(|known| known.gone.as_slice()),
            Spot::Task(id) => match self.tasks.all.get(&id) {
                Some(task) => Some(task.joiner.as_slice()),
                None => self.jobs.get(&id).map(|job| job.joiner.as_slice()),
            },
        };
        found.unwrap_or_default()
    }

    /// The tasks that wait for the same; of a line, all of it.
    pub(super) fn waiters_at(&self, spot: Spot) -> Vec<Waiter> {
        let Spot::Line(_, sync, _) = spot else { return self.stored(spot).to_vec() };
        let line = self.primitives.get(sync).map(|known| known.line.iter().copied().collect());
        line.unwrap_or_default()
    }

    /// What this task's wakers are stored at.
    pub(super) fn waits_at(&self, task: Id, spots: impl Iterator<Item = Spot>) -> Vec<Wait> {
        let spots: BTreeSet<Spot> = spots.collect();
        let mut waits = Vec::new();
        for spot in spots {
            let mine = self.stored(spot).iter().filter(|waiter| waiter.task == Some(task));
            waits.extend(mine.map(|waiter| Wait { on: spot.on(waiter), waiter: *waiter }));
        }
        waits
    }
}

/// A channel for one value has one sender, and one place for it; others have many.
fn store_for_the_end(known: &mut Primitive, new: Waiter, told: Replaced) -> Stored {
    if known.kind != SyncKind::Oneshot {
        return store_beside(&mut known.gone, new, told);
    }
    let mut slot = known.gone.pop();
    let stored = store_one(&mut slot, new, told);
    known.gone.extend(slot);
    stored
}
