//! Where is a waker stored, and how does it leave?
//!
//! [`Event::Wait`](kettle_events::Event::Wait) says where the running task has stored its waker,
//! and for which wait: by its number the waiter is found when it is served, or gone.
//!
//! A wait ends by [`Event::Done`](kettle_events::Event::Done) alone. The end of a `select!` or of
//! one of its rounds ends none: a future that was polled by reference there, or by a set of another
//! crate's, goes on waiting. Only where its task has ended does nobody wait any more.
//!
//! Not here: the table of waits (`waiting.rs`).

use std::time::Duration;

use kettle_events::{Id, Record, Resource, SyncKind, Thing, WaitNow};

use super::fold::Fold;
use super::primitive::gives;
use super::things::Job;
use super::waiting::{Part, Spot, Wait};

impl Fold {
    pub(super) fn wait(&mut self, record: &Record, (wait, own): (Id, bool), on: Resource) {
        let Some(spot) = Spot::of(on).filter(|spot| self.is_known(*spot)) else { return };
        let (by, scope, at) = (record.task.or(record.job), record.scope, record.at.place());
        let before = self.waits.all.get(&wait).copied();
        // The same wait, asked again: perhaps by another task.
        let same = before.filter(|(was, at)| *at == Some(spot) && was.now.by == by);
        let first = (Some(record.seq), record.time);
        let (since, began) = same.map_or(first, |(was, _)| (was.now.since, was.began));
        let source = |id| self.things.sources.get(&id);
        let cleared = match on {
            Resource::Source(id, way) => source(id).and_then(|it| it.side(way).cleared),
            _ => None,
        };
        let (id, served, told, age) = (wait, false, None, Duration::ZERO);
        let now = WaitNow { id, on, by, scope, at, cleared, own, served, told, age, since };
        let asked = Wait { now, began, renewed: record.seq, told: None };
        if same.is_none() {
            self.moves(wait, None);
            self.makes_room(on, spot);
        }
        self.waits.all.insert(wait, (asked, same.map(|_| spot)));
        if same.is_none() {
            self.moves(wait, Some(spot));
        }
        if let Some(job) = record.job.and_then(|id| self.things.jobs.get_mut(&id)) {
            job.blocks_at = Some(wait);
        }
    }

    /// What is known of it, when it is waited for? (Not a timer of another runtime's.)
    fn is_known(&mut self, spot: Spot) -> bool {
        let t = &mut self.trouble;
        match spot {
            Spot::Timer(timer) => {
                let known = self.wheel.timers.contains_key(&timer);
                t.check(known, || format!("{timer:?} is not in the wheel"));
                known
            }
            Spot::Source(source, direction) => {
                let known = self.things.sources.get(&source).filter(|known| known.registered);
                t.check(known.is_some(), || format!("{source:?} was never registered"));
                let cleared = known.is_none_or(|known| !known.side(direction).reported);
                t.check(cleared, || format!("{source:?} is ready, and waited for"));
                known.is_some()
            }
            Spot::Task(id) => {
                if !self.tasks.all.contains_key(&id) {
                    self.things.jobs.entry(id).or_insert_with(|| {
                        t.check(false, || format!("nobody has told of task or job {id}"));
                        Job { handle: true, ..Job::default() }
                    });
                }
                true
            }
            Spot::Sync(..) => true,
        }
    }

    /// One more waker comes to this place.
    fn makes_room(&mut self, on: Resource, spot: Spot) {
        if spot.is_for_one() {
            let others: Vec<Id> = self.waits.at(spot).map(|wait| wait.now.id).collect();
            for wait in others {
                self.moves(wait, None);
            }
        }
        if let Thing::Sync(kind, sync) = on.thing() {
            let known = self.primitives.of((kind, sync), &self.waits, &mut self.trouble);
            if matches!(on, Resource::Sync(..)) && gives(kind) {
                known.now.count = Some(0); // it has what was free, and waits for more
            }
        }
    }

    /// The waker of a wait is at this place now; `None`: nowhere.
    fn moves(&mut self, wait: Id, to: Option<Spot>) {
        let Some((from, known)) = self.waits.moves(wait, to) else { return };
        for spot in from.into_iter().chain(to) {
            self.tasks.moved(spot);
        }
        if let Some(task) = known.now.by.and_then(|id| self.tasks.all.get_mut(&id)) {
            if to.is_some_and(|spot| !matches!(spot, Spot::Sync(_, Part::Handed(_)))) {
                task.waits.insert(wait);
            } else {
                task.waits.remove(&wait);
            }
        }
        if let Some(Spot::Sync(sync, _)) = from {
            self.primitives.over.push(sync);
        }
    }

    /// A wait was served.
    pub(super) fn served(&mut self, wait: Id) {
        // (Unknown is one that was given up, and has left its waker.)
        let Some((known, at)) = self.waits.all.get(&wait).copied() else { return };
        self.back = self.act_at(known.now.on.thing());
        let to = match (known.now.on, at) {
            (Resource::Sync(kind, sync, _, ticket), Some(_))
                if kind.is_channel() || gives(kind) =>
            {
                Some(Spot::Sync(sync, Part::Handed(ticket)))
            }
            _ => None,
        };
        self.moves(wait, to);
        if let Resource::Source(..) = known.now.on {
            let told = (self.course.time, self.polls_of(known.now.by));
            self.waits.all.entry(wait).and_modify(|(wait, _)| wait.told = Some(told));
        }
    }

    pub(super) fn polls_of(&self, task: Option<Id>) -> u64 {
        task.and_then(|id| self.tasks.all.get(&id)).map_or(0, |task| task.polls)
    }

    /// The record of the last act at a thing: it comes right before the waits that it serves.
    fn act_at(&mut self, thing: Thing) -> Option<u64> {
        match thing {
            Thing::Timer(timer) => {
                self.wheel.fired.filter(|(fired, _)| *fired == timer).map(|(_, n)| n)
            }
            Thing::Source(source) => self.things.sources.get(&source)?.reported,
            // Behind what waits for the end of one task, which is served by the same.
            Thing::Sync(SyncKind::JoinSet, _) => self.ended,
            Thing::Task(id) => {
                let task = self.tasks.all.get(&id).and_then(|task| task.ended);
                self.ended = task.or_else(|| self.things.jobs.get(&id)?.ended);
                self.ended
            }
            Thing::Sync(_, sync) => self.primitives.all.get(&sync)?.acted,
        }
    }

    /// A wait ends: it got its thing, or was given up.
    pub(super) fn done(&mut self, wait: Id) {
        self.moves(wait, None);
        let known = self.waits.all.remove(&wait);
        self.trouble.check(known.is_some(), || format!("wait {wait} ends, and had not begun"));
    }

    /// A task is over: the wakers that it left behind are not shown any more.
    pub(super) fn ends(&mut self, task: Id) {
        let left = self.tasks.all.get(&task).map(|task| task.waits.clone());
        for wait in left.into_iter().flatten() {
            if let Some((_, Some(spot))) = self.waits.all.get(&wait) {
                self.tasks.moved(*spot);
            }
        }
    }

    /// Has the task that asked ended? Then nobody waits, though the future lives, and its waker is
    /// stored.
    #[doc(hidden)]
    pub fn is_left_behind(&self, wait: &Wait) -> bool {
        let is_over = |id| match self.tasks.all.get(&id) {
            Some(task) => task.is_over(),
            None => !self.things.jobs.contains_key(&id),
        };
        wait.now.by.is_some_and(is_over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;
    use kettle_events::{Event, Units};

    #[test]
    fn the_end_of_a_wait_that_is_not_open_is_a_contradiction() {
        let ((mut script, main), one) = (Script::begun(true), Id::next());
        let on = Resource::Sync(SyncKind::Notify, Id::next(), Units::Count(1), 1);
        script.polls(main);
        let fits = |script: &Script| Fold::of(&script.records).contradictions().len();
        let before = fits(script.write(Event::Wait { wait: one, on, own: true }));
        script.write(Event::Done { wait: one, on, got: true });
        assert_eq!(fits(&script), before);
        script.write(Event::Done { wait: one, on, got: true });
        assert_eq!(fits(&script), before + 1, "it has ended");
    }
}
