//! Where is a waker stored, and how does it leave?
//!
//! [`Event::Wait`](kettle_events::Event::Wait) says where the running task has stored its waker
//! and whose it replaced; each kind of place has its own rule for that (`waiting.rs`).

use std::collections::BTreeSet;

use kettle_events::{ChannelKind, Id, Record, Replaced, Resource, Units};

use super::fold::Fold;
use super::line::Line;
use super::things::{Channel, Job};
use super::waiting::{Spot, Stored, Wait, Waiter, store_beside, store_one, take_from};

/// A task has at least so many waits more than wakers before the oldest are forgotten. (Under a
/// combinator that makes wakers of its own, there are more.)
const UNTOLD: usize = 64;

impl Fold {
    pub(super) fn wait(&mut self, record: &Record, on: Resource, told: Replaced) {
        let Some(spot) = Spot::of(on) else { return };
        let poll = record.task.and_then(|id| self.tasks.all.get(&id)).map_or(0, |task| task.polls);
        let units = if let Spot::Sync(_, _, units, _) = spot { units } else { Units::Count(1) };
        let new = Waiter {
            task: record.task,
            since: record.seq,
            renewed: record.seq,
            poll,
            at: record.at,
            called: false,
            units,
        };
        let Some(stored) = self.store(spot, new, told) else { return };
        let Stored { gone, joined, wrong } = stored;
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
            Spot::Value(channel) => {
                let channel = self.channel_of(channel);
                channel.receiver = new.task.or(channel.receiver);
                store_one(&mut channel.value, new, told)
            }
            Spot::Room(channel, ticket) => self.channel_of(channel).room.store(ticket, new, told),
            Spot::Closed(channel) => store_for_the_end(self.channel_of(channel), new, told),
            Spot::Lock(lock, ticket) => {
                let lock = self.lock_of(lock);
                lock.waits += u64::from(lock.line.get(ticket).is_none());
                lock.line.store(ticket, new, told)
            }
            Spot::Sync(kind, sync, _, ticket) => {
                let known = self.primitive_of(kind, sync);
                known.waits += u64::from(known.line.get(ticket).is_none());
                if known.gives() {
                    known.count = Some(0); // it has what was free, and waits for more
                }
                known.line.store(ticket, new, told)
            }
            Spot::SyncClosed(kind, sync) => {
                store_beside(&mut self.primitive_of(kind, sync).gone, new, told)
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
            Job { parent: None, out: false, handle: true, joiner: None }
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
        let task = record.task.or(self.tasks.ended);
        let gone = match spot {
            Spot::Timer(timer) => {
                self.wheel.timers.get_mut(&timer).and_then(|timer| timer.waiter.take())
            }
            Spot::Source(source, direction) => {
                let side = self.sources.get_mut(&source).map(|source| source.side_mut(direction));
                side.and_then(|side| take_from(&mut side.waiters, task))
            }
            Spot::Value(channel) => self.channel_of(channel).value.take(),
            Spot::Room(channel, 0) => return self.first_has_room(channel),
            Spot::Room(channel, ticket) => self.channel_of(channel).room.take(ticket),
            Spot::Closed(channel) => take_from(&mut self.channel_of(channel).gone, task),
            Spot::Lock(lock, ticket) => self.lock_of(lock).line.take(ticket),
            Spot::Sync(_, _, _, ticket) => return self.sync_left(spot, ticket),
            Spot::SyncClosed(kind, sync) => {
                take_from(&mut self.primitive_of(kind, sync).gone, task)
            }
            Spot::Task(id) => self.joiner_of(id).take(),
        };
        self.left(gone, spot);
        if let Spot::Lock(lock, _) = spot {
            self.lock_left(lock);
        }
    }

    /// Its poll has ended, and there are so many clones of its waker. Where other threads have taken
    /// wakers away, which is not told, the list of its waits would grow without end.
    pub(super) fn forget_waits(&mut self, id: Id, wakers: usize) {
        let Some(task) = self.tasks.all.get(&id) else { return };
        let excess = task.waits.len().saturating_sub(wakers.saturating_add(task.called));
        if excess <= 2 * UNTOLD {
            return;
        }
        let untold = task.waits.iter().filter(|spot| !spot.is_told_of_elsewhere());
        let oldest: Vec<Spot> = untold.take(excess - UNTOLD).copied().collect();
        for spot in oldest {
            let gone = self.forget_wait(id, spot);
            let (since, renewed, poll, at) = (0, 0, 0, None);
            let (called, units) = (false, Units::Count(1));
            let lost = Waiter { task: Some(id), since, renewed, poll, at, called, units };
            let gone = gone.unwrap_or(lost);
            self.tasks.leaves(gone, spot);
        }
    }

    fn forget_wait(&mut self, id: Id, spot: Spot) -> Option<Waiter> {
        let mine = |waiter: &mut Waiter| waiter.task == Some(id);
        match spot {
            Spot::Timer(_) | Spot::Source(..) => None,
            Spot::Value(channel) => self.channels.get_mut(channel)?.value.take_if(mine),
            Spot::Room(channel, ticket) => self.channels.get_mut(channel)?.room.take(ticket),
            Spot::Closed(channel) => take_from(&mut self.channels.get_mut(channel)?.gone, Some(id)),
            Spot::Lock(lock, ticket) => self.locks.get_mut(lock)?.line.take(ticket),
            Spot::Sync(_, sync, _, ticket) => self.primitives.get_mut(sync)?.line.take(ticket),
            Spot::SyncClosed(_, sync) => {
                take_from(&mut self.primitives.get_mut(sync)?.gone, Some(id))
            }
            Spot::Task(id) => self.joiner_of(id).take_if(mine),
        }
    }

    /// The first in line was given what it waits for.
    fn first_has_room(&mut self, channel: Id) {
        let first = self.channel_of(channel).room.take_first();
        let (ticket, waiter) = first.map_or((0, None), |(ticket, waiter)| (ticket, Some(waiter)));
        let task = waiter.and_then(|waiter| waiter.task);
        self.channel_of(channel).handed.extend(task);
        self.left(waiter, Spot::Room(channel, ticket));
    }

    /// The tasks that wait for the same; of a line, all of it.
    pub(super) fn waiters_at(&self, spot: Spot) -> Vec<Waiter> {
        let one = |waiter: &Option<Waiter>| waiter.iter().copied().collect();
        let all = |line: &Line| line.iter().copied().collect();
        let found = match spot {
            Spot::Timer(timer) => self.wheel.timers.get(&timer).map(|timer| one(&timer.waiter)),
            Spot::Source(source, direction) => {
                self.sources.get(&source).map(|source| source.side(direction).waiters.clone())
            }
            Spot::Value(channel) => self.channels.get(channel).map(|channel| one(&channel.value)),
            Spot::Room(channel, _) => self.channels.get(channel).map(|channel| all(&channel.room)),
            Spot::Closed(channel) => self.channels.get(channel).map(|channel| channel.gone.clone()),
            Spot::Lock(lock, _) => self.locks.get(lock).map(|lock| all(&lock.line)),
            Spot::Sync(_, sync, ..) => self.primitives.get(sync).map(|known| all(&known.line)),
            Spot::SyncClosed(_, sync) => self.primitives.get(sync).map(|known| known.gone.clone()),
            Spot::Task(id) => {
                let task = self.tasks.all.get(&id).map(|task| one(&task.joiner));
                task.or_else(|| self.jobs.get(&id).map(|job| one(&job.joiner)))
            }
        };
        found.unwrap_or_default()
    }

    /// What this task's wakers are stored at.
    pub(super) fn waits_at(&self, task: Id, spots: impl Iterator<Item = Spot>) -> Vec<Wait> {
        let spots: BTreeSet<Spot> = spots.collect();
        let mut waits = Vec::new();
        for spot in spots {
            let mine = self.stored_at(spot).into_iter().filter(|waiter| waiter.task == Some(task));
            waits.extend(mine.map(|waiter| Wait { on: spot.on(), waiter }));
        }
        waits
    }

    /// The waiters of exactly this place: of a line, the one with this ticket.
    fn stored_at(&self, spot: Spot) -> Vec<Waiter> {
        let one = match spot {
            Spot::Room(channel, ticket) => {
                self.channels.get(channel).and_then(|channel| channel.room.get(ticket))
            }
            Spot::Lock(lock, ticket) => self.locks.get(lock).and_then(|lock| lock.line.get(ticket)),
            Spot::Sync(_, sync, _, ticket) => {
                self.primitives.get(sync).and_then(|known| known.line.get(ticket))
            }
            spot => return self.waiters_at(spot),
        };
        one.copied().into_iter().collect()
    }
}

/// A channel for one value has one sender, and one place for it; others have many.
fn store_for_the_end(channel: &mut Channel, new: Waiter, told: Replaced) -> Stored {
    if channel.kind != Some(ChannelKind::Oneshot) {
        return store_beside(&mut channel.gone, new, told);
    }
    let mut slot = channel.gone.pop();
    let stored = store_one(&mut slot, new, told);
    channel.gone.extend(slot);
    stored
}
