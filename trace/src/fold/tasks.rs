//! How does each event change the tasks and the run queue?
//!
//! Each function takes an event about a [`Task`], checks that the event fits the task's state, and
//! changes that state: a wake queues a waiting task and does nothing to a queued one, and only a
//! queued task is polled. What doesn't fit is noted in [`Trouble`].
//!
//! Interface, all on [`Tasks`]: `spawn`, `wake`, `defer`, `poll_start`, `poll_end`, `clones`,
//! `cancel` take the event of that name; `handle_gone` takes the end of a join handle, `run_ends`
//! the end of a run; `touch` notes that a thing looks different on the page.
//!
//! Invariants: a task that has ended and whose handle is gone is removed when the next poll begins.
//! If a handle is dropped on another thread, that isn't recorded, so at most [`REMEMBERED`] ended
//! tasks wait for their handles.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Cause, Effect, Id, Kind, Outcome, Place, Record, Thing};

use super::run_queue::RunQueue;
use super::task::{State, Task, Woken};
use super::trouble::Trouble;
use super::waiting::Spot;

/// How many ended tasks are remembered for their handles. (A unit test reaches the limit sooner.)
pub(super) const REMEMBERED: usize = if cfg!(test) { 1 << 8 } else { 1 << 16 };

/// The first rank (place in the order of queued tasks) for tasks of local sets: a page lists them
/// behind all others.
const LOCAL_RANK: u64 = 1 << 44;
/// The rank of a new task until it is queued: behind all that are.
const UNQUEUED_RANK: u64 = 1 << 52;

/// All tasks, and which is polled next.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    pub(super) all: BTreeMap<Id, Task>,
    pub(super) queue: RunQueue,
    /// Tasks of local sets that are queued in their set.
    pub(super) local_queued: usize,
    /// Tasks of the engine's own that are alive, without `block_on`'s.
    pub(super) alive: usize,
    /// The tasks that are being polled, the innermost last.
    pub(super) running: Vec<Id>,
    /// The things that the last record has changed without naming them.
    pub(super) touched: Vec<Thing>,
    /// Ended tasks that are removed when the next poll begins.
    to_remove: Vec<Id>,
    /// Ended tasks whose handles still exist, as far as is recorded.
    ended_with_handle: BTreeSet<Id>,
}

impl Tasks {
    pub(super) fn spawn(
        &mut self,
        record: &Record,
        id: Id,
        kind: Kind,
        made: Place,
        what: &'static str,
    ) {
        let rank = if kind == Kind::Main { 0 } else { UNQUEUED_RANK };
        let task = Task::new(id, kind, Some(made), record.time);
        self.all.insert(id, Task { what, rank, spawn_record: Some(record.seq), ..task });
        self.alive += usize::from(kind == Kind::Task);
    }

    /// The task with this number. If its spawn wasn't recorded, it is added now: it belongs to a
    /// local set or another runtime, or the record was lost.
    fn get_or_add(&mut self, id: Id, trouble: &mut Trouble, time: Duration) -> &mut Task {
        self.all.entry(id).or_insert_with(|| {
            trouble.check(false, || format!("no record introduces task {id}"));
            let kind = if trouble.has_gaps { Kind::Task } else { Kind::Local };
            Task::new(id, kind, None, time)
        })
    }

    // ----- wakes -----

    pub(super) fn wake(
        &mut self,
        record: &Record,
        id: Id,
        by: Cause,
        effect: Effect,
        trouble: &mut Trouble,
    ) {
        let task = self.all.get_mut(&id);
        let state = task.as_ref().map(|task| task.state);
        let fits = match &task {
            Some(task) => task.can_have(effect),
            None => !matches!(effect, Effect::Queued(_)), // it may have ended, and been forgotten
        };
        trouble
            .check(fits, || format!("the wake of task {id} is {effect:?}, but it was {state:?}"));
        if let Some(task) = task {
            task.deferred &= by != Cause::Deferred;
        }
        let wake = Woken { seq: record.seq, by };
        match effect {
            Effect::Queued(recorded_place) => {
                self.get_or_add(id, trouble, record.time).next_wake = Some(wake);
                let place = self.enqueue(record, id, by);
                // A local set's queue isn't known. It has no more tasks than all sets together.
                let place = place.unwrap_or_else(|| recorded_place.clamp(1, self.local_queued));
                trouble.check(recorded_place == place, || {
                    format!("task {id} is number {place} in its queue, not {recorded_place}")
                });
            }
            Effect::DuringPoll => {
                let task = self.get_or_add(id, trouble, record.time);
                (task.woken_during_poll, task.next_wake) = (true, Some(wake));
            }
            Effect::Coalesced | Effect::Stale => {}
        }
    }

    /// Puts a task into its queue. Returns its place there, from 1. `None`: it is in the queue of a
    /// local set, and no event says which task is in which set.
    fn enqueue(&mut self, record: &Record, id: Id, by: Cause) -> Option<usize> {
        let task = self.all.get_mut(&id)?;
        let (kind, is_new) = (task.kind, task.state == State::New);
        task.enter(State::Queued, record.time);
        let (place, rank) = match kind {
            Kind::Local => {
                self.local_queued += 1;
                (None, LOCAL_RANK + record.seq)
            }
            Kind::Main if is_new => (Some(1), self.push_front(id)),
            _ => {
                let (place, rank) = self.queue.push(id, by);
                (Some(place), rank)
            }
        };
        self.all.get_mut(&id)?.rank = rank;
        place
    }

    /// Puts the future of a `block_on` before all others. Gives its rank.
    fn push_front(&mut self, id: Id) -> u64 {
        let entries_with_new_rank = self.queue.push_front(id); // the future's own is the first
        for entry in &entries_with_new_rank {
            if let Some(task) = self.all.get_mut(&entry.task) {
                task.rank = entry.rank;
                self.touched.push(Thing::Task(entry.task));
            }
        }
        entries_with_new_rank[0].rank
    }

    /// The task yields: its waker will be called at the end of this phase.
    pub(super) fn defer(&mut self, task: Option<Id>) {
        if let Some(task) = task.and_then(|id| self.all.get_mut(&id)) {
            task.deferred = true;
        }
    }

    // ----- polls -----

    pub(super) fn poll_start(&mut self, record: &Record, id: Id, trouble: &mut Trouble) {
        self.remove_marked();
        let task = self.get_or_add(id, trouble, record.time);
        let (kind, state) = (task.kind, task.state);
        task.begin_poll(record.time);
        trouble.check(state == State::Queued, || format!("task {id} is polled, but was {state:?}"));
        if kind == Kind::Local {
            self.local_queued = self.local_queued.saturating_sub(1);
        } else {
            let is_nested = !self.running.is_empty();
            trouble.check(!is_nested, || format!("task {id} is polled inside of another's poll"));
            self.take_from_queue(id, trouble);
        }
        self.running.push(id);
    }

    fn take_from_queue(&mut self, id: Id, trouble: &mut Trouble) {
        let next = self.queue.next();
        trouble.check(next == Some(id), || format!("task {id} is polled before {next:?}"));
        if next == Some(id) {
            self.queue.pop();
        } else if trouble.has_gaps {
            self.queue.skip_to(id);
        } else {
            self.queue.remove(id);
        }
    }

    pub(super) fn poll_end(
        &mut self,
        record: &Record,
        id: Id,
        outcome: Outcome,
        trouble: &mut Trouble,
    ) {
        let polled = self.running.pop();
        let fits = polled == Some(id);
        trouble.check(fits, || format!("{polled:?} was being polled, not task {id}"));
        let Some(task) = self.all.get_mut(&id) else { return };
        let ends = outcome != Outcome::Pending;
        let was_aborted = task.poll_drops_it;
        trouble.check(ends || !was_aborted, || format!("task {id} was to end, and goes on"));
        trouble.check(outcome != Outcome::Cancelled || was_aborted, || {
            format!("task {id} ends as if cancelled, which nobody has asked for")
        });
        if ends {
            self.end(record, id, outcome);
        } else if std::mem::take(&mut task.woken_during_poll) {
            self.enqueue(record, id, Cause::Runtime);
        } else {
            task.enter(State::Waiting, record.time);
        }
    }

    /// Before a sleep, the clones of the waker of a task without an open wait were counted.
    pub(super) fn clones(&mut self, id: Id, count: usize, trouble: &mut Trouble) {
        let Some(task) = self.all.get_mut(&id) else { return };
        let state = task.state;
        let fits = state == State::Waiting;
        trouble.check(fits, || format!("task {id} is said to wait, but was {state:?}"));
        task.clones = Some(count);
    }

    fn end(&mut self, record: &Record, id: Id, outcome: Outcome) {
        let Some(task) = self.all.get_mut(&id) else { return };
        task.enter(State::Done(outcome), record.time);
        task.end_record = Some(record.seq);
        (task.woken_during_poll, task.deferred, task.next_wake) = (false, false, None);
        self.alive = self.alive.saturating_sub(usize::from(task.kind == Kind::Task));
        self.mark_if_ended(id);
    }

    /// Marks the task for removal if it has ended and its handle is gone. Of too many ended tasks
    /// with handles, the oldest is marked.
    fn mark_if_ended(&mut self, id: Id) {
        let Some(task) = self.all.get(&id).filter(|task| task.is_over()) else { return };
        if task.handle {
            self.ended_with_handle.insert(id);
            if self.ended_with_handle.len() > REMEMBERED {
                self.to_remove.extend(self.ended_with_handle.pop_first());
            }
        } else {
            self.ended_with_handle.remove(&id);
            self.to_remove.push(id);
        }
    }

    fn remove_marked(&mut self) {
        for id in self.to_remove.drain(..) {
            self.all.remove(&id);
        }
    }

    /// The run has ended, so no task is being polled.
    pub(super) fn run_ends(&mut self, trouble: &mut Trouble) {
        for id in std::mem::take(&mut self.running) {
            trouble.check(false, || format!("task {id} is being polled"));
        }
    }

    // ----- what else can happen to a task -----

    pub(super) fn cancel(&mut self, id: Id, trouble: &mut Trouble) {
        let task = self.all.get_mut(&id);
        let is_known = task.is_some();
        trouble.check(is_known, || format!("no record introduces task {id}, which is to end"));
        let Some(task) = task else { return };
        let state = task.state;
        trouble.check(!task.is_over(), || format!("task {id} is to end, but was {state:?}"));
        task.cancelled = true;
    }

    /// The handle of the task is gone: it has reported this `outcome`, or (`None`) was dropped.
    /// Returns whether the task is known.
    pub(super) fn handle_gone(
        &mut self,
        id: Id,
        outcome: Option<Outcome>,
        trouble: &mut Trouble,
    ) -> bool {
        let Some(task) = self.all.get_mut(&id) else { return false };
        trouble.check(task.handle, || format!("the handle of task {id} had gone before"));
        if let (Some(how), State::Done(was)) = (outcome, task.state) {
            trouble.check(how == was, || format!("task {id} was {was:?}, its handle says {how:?}"));
        }
        let fits = outcome.is_none() || task.is_over();
        trouble.check(fits, || format!("task {id} is learned to be over, but is not"));
        (task.joined, task.handle) = (outcome.or(task.joined), false);
        self.mark_if_ended(id);
        true
    }

    /// A waker was stored at this place, or taken from it: the thing there looks different now.
    pub(super) fn touch(&mut self, spot: Spot) {
        let thing = match spot {
            Spot::Timer(timer) => Thing::Timer(timer),
            Spot::Task(id) => Thing::Task(id),
            _ => return,
        };
        self.touched.push(thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, spawn, wake};
    use crate::fold::Fold;
    use kettle_events::{Event, MessageKind};

    #[test]
    fn ended_tasks_are_forgotten_even_if_the_drop_of_their_handle_is_not_recorded() {
        let ((mut script, main), queued) = (Script::begun(true), Effect::Queued(1));
        script.write(wake(main, Cause::Runtime, queued));
        script.polls(main).returns(Outcome::Pending).task(None);
        for _ in 0..4 * REMEMBERED {
            let task = Id::next();
            script.write(Event::Message { kind: MessageKind::Spawn }).write(spawn(task));
            script.write(wake(task, Cause::Runtime, queued));
            script.polls(task).returns(Outcome::Ready).task(None);
        }
        let remembered = Fold::of(&script.records).tasks().count();
        assert!(remembered <= REMEMBERED + 2, "{remembered}");
    }
}
