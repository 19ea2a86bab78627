//! Where does a wait begin, which act serves it, and how does it end?
//!
//! [`Event::Wait`](kettle_events::Event::Wait) says where the running task has stored its waker (a
//! [`Spot`]), and gives the wait a number, by which all later events name it.
//!
//! Only [`Event::Done`](kettle_events::Event::Done) ends a wait. The end of a `select!` doesn't: a
//! future that it polled by reference goes on waiting. If the task itself has ended, the wait stays
//! in the table, but is *left behind*: nobody waits any more.
//!
//! Interface, all on [`Fold`]: `wait`, `served` and `done` take these events, `task_ends` the end
//! of a task; [`Fold::is_left_behind`] says whether a wait is left behind.
//!
//! Elsewhere: the table of waits (`waiting.rs`).

use kettle_events::{Id, Record, Resource, SyncKind, Thing, WaitNow};

use super::fold::Fold;
use super::primitive::hands_over;
use super::things::Job;
use super::waiting::{Part, Spot, Wait};

impl Fold {
    pub(super) fn wait(&mut self, record: &Record, id: Id, own: bool, on: Resource) {
        let Some(spot) = Spot::of(on).filter(|spot| self.check_is_known(*spot)) else { return };
        let mut wait = self.new_wait(record, id, own, on);
        // A wait that is polled again keeps its age, unless another task polls it now.
        let by = wait.now.by;
        let is_renewed = |before: &&Wait| before.spot == Some(spot) && before.now.by == by;
        if let Some(before) = self.waits.all.get(&id).filter(is_renewed) {
            (wait.now.began, wait.now.since, wait.spot) =
                (before.now.began, before.now.since, before.spot);
            self.waits.all.insert(id, wait);
            return;
        }
        self.move_waker(id, None);
        self.make_room(on, spot);
        self.waits.all.insert(id, wait);
        self.move_waker(id, Some(spot));
    }

    /// A wait that begins with this record. `own`: is the waker the task's own, and not one that a
    /// combinator of other code has made?
    fn new_wait(&self, record: &Record, id: Id, own: bool, on: Resource) -> Wait {
        let cleared = match on {
            Resource::Source(id, direction) => {
                self.things.sources.get(&id).and_then(|source| source.side(direction).cleared)
            }
            _ => None,
        };
        let (by, scope, at) = (record.task.or(record.job), record.scope, record.at.place());
        let (began, since) = (record.time, Some(record.seq));
        let (due, served, reported) = (None, false, None); // filled in later
        let now =
            WaitNow { id, on, by, scope, at, due, cleared, own, served, reported, began, since };
        Wait { now, renewed: record.seq, spot: None, polls_before_report: 0 }
    }

    /// Is the thing that is waited for known? (A timer may be another runtime's.) Notes it as a
    /// contradiction if no record has introduced the thing, or if the wait doesn't fit its state.
    fn check_is_known(&mut self, spot: Spot) -> bool {
        let trouble = &mut self.trouble;
        match spot {
            Spot::Timer(timer) => {
                let known = self.wheel.timers.contains_key(&timer);
                trouble.check(known, || format!("{timer:?} is not in the wheel"));
                known
            }
            Spot::Source(source, direction) => {
                let known = self.things.sources.get(&source).filter(|known| known.registered);
                trouble.check(known.is_some(), || format!("{source:?} was never registered"));
                let is_ready = known.is_some_and(|known| known.side(direction).reported);
                trouble.check(!is_ready, || format!("{source:?} is ready, and waited for"));
                known.is_some()
            }
            Spot::Task(id) => {
                if !self.tasks.all.contains_key(&id) {
                    self.things.jobs.entry(id).or_insert_with(|| {
                        trouble.check(false, || format!("no record introduces task or job {id}"));
                        Job { handle: true, ..Job::default() }
                    });
                }
                true
            }
            Spot::Sync(..) => true,
        }
    }

    /// Before a new waker is stored at this place: removes the one that it replaces, if there is
    /// room for one only. A wait for a primitive also changes what is known of that.
    fn make_room(&mut self, on: Resource, spot: Spot) {
        if spot.is_for_one() {
            let replaced: Vec<Id> = self.waits.at(spot).map(|wait| wait.now.id).collect();
            for wait in replaced {
                self.move_waker(wait, None);
            }
        }
        if let Thing::Sync(kind, sync) = on.thing() {
            let primitive = self.primitives.of((kind, sync), &self.waits, &mut self.trouble);
            if matches!(on, Resource::Sync(..)) && hands_over(kind) {
                primitive.now.count = Some(0); // the waiter took what was free, and needs more
            }
        }
    }

    /// Moves the waker of a wait to this place; `None`: it isn't stored any more. A task's `waits`
    /// are those for which it still needs a wake.
    fn move_waker(&mut self, id: Id, to: Option<Spot>) {
        let Some(before) = self.waits.put(id, to) else { return };
        for spot in before.spot.into_iter().chain(to) {
            self.tasks.touch(spot);
        }
        if let Some(task) = before.now.by.and_then(|task| self.tasks.all.get_mut(&task)) {
            if matches!(to, None | Some(Spot::Sync(_, Part::Handed(_)))) {
                task.waits.remove(&id);
            } else {
                task.waits.insert(id);
            }
        }
        if let Some(Spot::Sync(sync, _)) = before.spot {
            self.primitives.may_have_ended.push(sync);
        }
    }

    /// A wait was served: its waker was called, or it was given a lock, a permit or a value.
    pub(super) fn served(&mut self, id: Id) {
        // (A wait that was given up may have left its waker, and isn't known any more.)
        let Some(wait) = self.waits.all.get(&id).copied() else { return };
        self.completes = self.last_act_at(wait.now.on.thing());
        let polls = self.polls_of(wait.now.by);
        let to = match wait.now.on {
            // In line, it is given its units, a place in the channel or a value.
            Resource::Sync(kind, sync, _, ticket)
                if wait.spot.is_some() && (kind.is_channel() || hands_over(kind)) =>
            {
                Some(Spot::Sync(sync, Part::Handed(ticket)))
            }
            _ => None,
        };
        self.move_waker(id, to);
        if let (Resource::Source(..), Some(known)) = (wait.now.on, self.waits.all.get_mut(&id)) {
            known.now.reported = Some(self.loop_state.time);
            known.polls_before_report = polls;
        }
    }

    /// How often the task of this wait was polled since a report of its source.
    pub(crate) fn polls_since_report(&self, wait: Id) -> Option<u64> {
        let wait = self.waits.all.get(&wait).filter(|wait| wait.now.reported.is_some())?;
        Some(self.polls_of(wait.now.by).saturating_sub(wait.polls_before_report))
    }

    fn polls_of(&self, task: Option<Id>) -> u64 {
        task.and_then(|id| self.tasks.all.get(&id)).map_or(0, |task| task.polls)
    }

    /// The record of the last act at a thing. The records of the waits that it serves follow it.
    fn last_act_at(&mut self, thing: Thing) -> Option<u64> {
        match thing {
            Thing::Timer(timer) => self.wheel.fired_at(timer),
            Thing::Source(source) => self.things.sources.get(&source)?.reported,
            // A set's wait is served right after those for the task of the set that has ended.
            Thing::Sync(SyncKind::JoinSet, _) => self.serving_end,
            Thing::Task(id) => {
                let task = self.tasks.all.get(&id).and_then(|task| task.end_record);
                self.serving_end = task.or_else(|| self.things.jobs.get(&id)?.end_record);
                self.serving_end
            }
            Thing::Sync(_, sync) => self.primitives.all.get(&sync)?.acted,
        }
    }

    /// A wait ends: it got what it waited for, or was given up.
    pub(super) fn done(&mut self, id: Id) {
        self.move_waker(id, None);
        let wait = self.waits.all.remove(&id);
        self.trouble.check(wait.is_some(), || format!("wait {id} ends, and had not begun"));
    }

    /// A task has ended: the places where it left wakers behind look different from now on.
    pub(super) fn task_ends(&mut self, task: Id) {
        let left = self.tasks.all.get(&task).map(|task| task.waits.clone());
        for wait in left.into_iter().flatten() {
            if let Some(spot) = self.waits.all.get(&wait).and_then(|wait| wait.spot) {
                self.tasks.touch(spot);
            }
        }
    }

    /// Has the task of this wait ended? Then nobody waits any more, although the future exists and
    /// the waker is stored.
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
        let ((mut script, main), wait) = (Script::begun(true), Id::next());
        let on = Resource::Sync(SyncKind::Notify, Id::next(), Units::Count(1), 1);
        script.polls(main);
        let contradictions = |script: &Script| Fold::of(&script.records).contradictions().len();
        let before = contradictions(script.write(Event::Wait { wait, on, own: true }));
        script.write(Event::Done { wait, on, got: true });
        assert_eq!(contradictions(&script), before);
        script.write(Event::Done { wait, on, got: true });
        assert_eq!(contradictions(&script), before + 1, "it has ended");
    }
}
