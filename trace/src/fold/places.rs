//! Where is a waker stored, and how does it leave?
//!
//! [`Event::Wait`](kettle_events::Event::Wait) says where the running task has stored its waker,
//! and for which wait: by its number the waiter is found when it is served, or gone.

use std::collections::BTreeSet;

use kettle_events::{Id, Record, Resource, SyncKind, Units};

use super::fold::Fold;
use super::things::Job;
use super::waiting::{Spot, Stored, Wait, Waiter, store_beside, store_one, take_from};

impl Fold {
    pub(super) fn wait(&mut self, record: &Record, wait: Id, on: Resource) {
        let Some(spot) = Spot::of(on) else { return };
        let poll = record.task.and_then(|id| self.tasks.all.get(&id)).map_or(0, |task| task.polls);
        let units = if let Resource::Sync(_, _, units, _) = on { units } else { Units::Count(1) };
        let (task, since) = (record.task.or(record.job), record.seq);
        let at = record.at.place();
        let new = Waiter { wait, task, since, renewed: since, poll, at, units };
        // The same wait for something else: of a timer that was moved after it had fired.
        if let Some(before) = self.waits.insert(wait, spot).filter(|before| *before != spot) {
            let gone = self.take(before, wait);
            if let Some(gone) = gone {
                self.tasks.leaves(gone, before);
            }
        }
        let Some(Stored { gone, joined }) = self.store(spot, new) else { return };
        self.asked.push((record.scope, spot));
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

    fn store(&mut self, spot: Spot, new: Waiter) -> Option<Stored> {
        Some(match spot {
            Spot::Timer(timer) => {
                let known = self.wheel.timers.get_mut(&timer);
                let there = known.is_some(); // if not, it may be in another runtime's
                self.trouble.check_seen(there, || format!("{timer:?} is not in the wheel"));
                store_one(&mut known?.waiter, new)
            }
            Spot::Source(source, direction) => {
                let known = self.sources.contains_key(&source);
                self.trouble.check_seen(known, || format!("{source:?} was never registered"));
                let side = self.sources.get_mut(&source)?.side_mut(direction);
                let cleared = !side.ready;
                self.trouble.check_seen(cleared, || format!("{source:?} is ready, and waited for"));
                store_beside(&mut side.waiters, new)
            }
            Spot::Value(kind, sync) => store_one(&mut self.primitive_of(kind, sync).value, new),
            Spot::Closed(kind, sync) => store_beside(&mut self.primitive_of(kind, sync).gone, new),
            Spot::Line(kind, sync, ticket) => {
                let known = self.primitive_of(kind, sync);
                known.waits += u64::from(known.line.get(ticket).is_none());
                if known.gives() {
                    known.count = Some(0); // it has what was free, and waits for more
                }
                known.line.store(ticket, new)
            }
            Spot::Task(id) => store_one(self.joiner_of(id), new),
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

    /// A waiter was given what it waits for.
    pub(super) fn served(&mut self, wait: Id) {
        // (Unknown is one that was given up, and has left its waker.)
        let spot = self.waits.get(&wait).copied();
        self.back = spot.and_then(|spot| self.act_at(spot));
        let Some((spot, gone)) = spot.and_then(|spot| Some((spot, self.take(spot, wait)?))) else {
            return;
        };
        if let Spot::Line(kind, sync, ticket) = spot {
            let known = self.primitive_of(kind, sync);
            if known.gives() || kind.is_channel() {
                known.handed.push((ticket, gone));
            }
        }
        self.tasks.leaves(gone, spot);
    }

    /// What was done last to that for which there is a wait: its act is told right before.
    fn act_at(&mut self, spot: Spot) -> Option<u64> {
        match spot {
            Spot::Timer(timer) => self.fired.filter(|(fired, _)| *fired == timer).map(|(_, n)| n),
            Spot::Source(source, _) => self.sources.get(&source)?.reported,
            // Behind what waits for the end of one task, which is served by the same.
            Spot::Value(SyncKind::JoinSet, _) => self.ended,
            Spot::Value(_, sync) | Spot::Closed(_, sync) | Spot::Line(_, sync, _) => {
                self.primitives.get(sync)?.acted
            }
            Spot::Task(id) => {
                let task = self.tasks.all.get(&id).and_then(|task| task.ended);
                self.ended = task.or_else(|| self.jobs.get(&id)?.ended);
                self.ended
            }
        }
    }

    /// A waiter has what it waited for, or is gone.
    pub(super) fn done(&mut self, wait: Id, got: bool) {
        let Some(spot) = self.waits.remove(&wait) else { return };
        let gone = self.take(spot, wait);
        if let Spot::Line(kind, sync, _) = spot {
            let known = self.primitive_of(kind, sync);
            known.unheard |= kind == SyncKind::Barrier && gone.is_some() && !got;
            let kept = known.handed.iter().position(|(_, waiter)| waiter.wait == wait);
            if let Some((_, waiter)) = kept.map(|kept| known.handed.remove(kept)) {
                self.tasks.moved(waiter, spot);
            }
        }
        if let Some(gone) = gone {
            self.tasks.leaves(gone, spot);
        }
    }

    /// Takes a waiter away from where it is, if it is still there.
    fn take(&mut self, spot: Spot, wait: Id) -> Option<Waiter> {
        let is = |waiter: &mut Waiter| waiter.wait == wait;
        match spot {
            Spot::Timer(timer) => self.wheel.timers.get_mut(&timer)?.waiter.take_if(is),
            Spot::Source(source, direction) => {
                take_from(&mut self.sources.get_mut(&source)?.side_mut(direction).waiters, wait)
            }
            Spot::Value(_, sync) => self.primitives.get_mut(sync)?.value.take_if(is),
            Spot::Closed(_, sync) => take_from(&mut self.primitives.get_mut(sync)?.gone, wait),
            Spot::Line(_, sync, ticket) => {
                let line = &mut self.primitives.get_mut(sync)?.line;
                line.get(ticket).filter(|waiter| waiter.wait == wait)?;
                line.take(ticket)
            }
            Spot::Task(id) => match self.tasks.all.get_mut(&id) {
                Some(task) => task.joiner.take_if(is),
                None => self.jobs.get_mut(&id)?.joiner.take_if(is),
            },
        }
    }

    /// What was asked in its branches is no longer waited for, though a future that was polled by reference lives on.
    pub(super) fn scope_ends(&mut self, task: Option<Id>, scope: Id) {
        let lost = |(branch, _): &&(Option<Id>, Spot)| self.scopes.is_within(*branch, scope);
        let lost: Vec<Spot> = self.asked.iter().filter(lost).map(|(_, spot)| *spot).collect();
        self.scopes.end(scope);
        self.looked += lost.len() as u64;
        for spot in lost {
            let mine = |one: &&mut Waiter| one.task == task;
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
