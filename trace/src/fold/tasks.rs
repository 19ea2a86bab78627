//! What has each task come to?
//!
//! Every event that concerns a [`Task`] must fit the state that it is in: a wake of a task that
//! waits queues it, a wake of one that is queued changes nothing, and only a queued one is polled.
//!
//! A task that has ended is remembered as long as its handle may come for its output, at least
//! until the next poll begins. The drop of a handle on another thread isn't recorded, so only the
//! last [`REMEMBERED`] of them are remembered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Cause, Effect, Id, Kind, Outcome, Place, Record, Thing};

use super::run_queue::RunQueue;
use super::task::{State, Task, Woken};
use super::trouble::Trouble;
use super::waiting::Spot;

/// How many finished tasks are remembered for their handles.
pub(super) const REMEMBERED: usize = if cfg!(test) { 1 << 8 } else { 1 << 16 };

/// Ranks of tasks of local sets begin here: they are behind all others.
const LOCAL: u64 = 1 << 44;
/// The rank of a new task, until it is queued.
const LAST: u64 = 1 << 52;

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
    /// What the present record has changed without naming it.
    pub(super) touched: Vec<Thing>,
    /// Over, to be forgotten when the next poll begins.
    over: Vec<Id>,
    /// Over, and their handles may come, or not.
    unclaimed: BTreeSet<Id>,
}

impl Tasks {
    pub(super) fn spawn(
        &mut self,
        record: &Record,
        id: Id,
        kind: Kind,
        (made, what): (Place, &'static str),
    ) {
        let rank = if kind == Kind::Main { 0 } else { LAST };
        let task = Task::new(id, kind, Some(made), record.time);
        self.all.insert(id, Task { what, rank, spawned: Some(record.seq), ..task });
        self.alive += usize::from(kind == Kind::Task);
    }

    /// A task that was made unseen: by a local set or another runtime, or its
    /// making is among the records that were lost.
    fn adopt(&mut self, id: Id, trouble: &mut Trouble, time: Duration) -> &mut Task {
        self.all.entry(id).or_insert_with(|| {
            trouble.check(false, || format!("nobody has told of task {id}"));
            let kind = if trouble.blind { Kind::Task } else { Kind::Local };
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
        t: &mut Trouble,
    ) {
        let state = self.all.get(&id).map(|task| task.state);
        let fits = self.all.get(&id).map(|task| task.fits(effect));
        t.check(fits.unwrap_or(!matches!(effect, Effect::Queued(_))), || {
            format!("the wake of task {id} is {effect:?}, but it was {state:?}")
        });
        if let Some(task) = self.all.get_mut(&id) {
            task.deferred &= by != Cause::Deferred;
        }
        let woken = Woken { seq: record.seq, by };
        match effect {
            Effect::Queued(place) => self.queue(record, id, woken, place, t),
            Effect::DuringPoll => {
                let task = self.adopt(id, t, record.time);
                (task.again, task.next_wake) = (true, Some(woken));
            }
            Effect::Coalesced | Effect::Stale => {}
        }
    }

    fn queue(&mut self, record: &Record, id: Id, woken: Woken, recorded: usize, t: &mut Trouble) {
        let task = self.adopt(id, t, record.time);
        let (kind, first) = (task.kind, task.state == State::New);
        task.enter(State::Queued, record.time);
        task.next_wake = Some(woken);
        let (place, rank) = match kind {
            Kind::Local => {
                self.local_queued += 1;
                // Several sets may have a queue each, and no event says whose task it is.
                (recorded.clamp(1, self.local_queued), LOCAL + record.seq)
            }
            Kind::Main if first => (1, self.queue_first(id)),
            _ => self.queue.push(id, woken.by),
        };
        if let Some(task) = self.all.get_mut(&id) {
            task.rank = rank;
        }
        t.check(recorded == place, || {
            format!("task {id} is number {place} in its queue, not {recorded}")
        });
    }

    fn queue_first(&mut self, id: Id) -> u64 {
        let moved = self.queue.push_front(id);
        for (rank, other) in &moved {
            if let Some(task) = self.all.get_mut(other) {
                task.rank = *rank;
                self.touched.push(Thing::Task(*other));
            }
        }
        moved[0].0
    }

    /// The task gives way: its waker will be called at the end of this phase.
    pub(super) fn defers(&mut self, task: Option<Id>) {
        if let Some(task) = task.and_then(|id| self.all.get_mut(&id)) {
            task.deferred = true;
        }
    }

    // ----- polls -----

    pub(super) fn poll_start(&mut self, record: &Record, id: Id, t: &mut Trouble) {
        self.forget();
        let nested = !self.running.is_empty();
        let task = self.adopt(id, t, record.time);
        let (kind, state) = (task.kind, task.state);
        task.begin_poll(record.time);
        t.check(state == State::Queued, || format!("task {id} is polled, but was {state:?}"));
        if kind == Kind::Local {
            self.local_queued = self.local_queued.saturating_sub(1);
        } else {
            t.check(!nested, || format!("task {id} is polled inside of another's poll"));
            let next = self.queue.next();
            t.check(next == Some(id), || format!("task {id} is polled before {next:?}"));
            if next == Some(id) {
                self.queue.pop();
            } else if t.blind {
                self.queue.skip_to(id);
            } else {
                self.queue.remove(id);
            }
        }
        self.running.push(id);
    }

    pub(super) fn poll_end(&mut self, record: &Record, id: Id, outcome: Outcome, t: &mut Trouble) {
        let running = self.running.pop();
        t.check(running == Some(id), || format!("{running:?} was being polled, not task {id}"));
        let Some(task) = self.all.get_mut(&id) else { return };
        let ends = outcome != Outcome::Pending;
        t.check(ends || !task.ends, || format!("task {id} was to end, and goes on"));
        // Another thread may have asked for it, and its message is still on its way.
        t.check(outcome != Outcome::Cancelled || task.ends, || {
            format!("task {id} ends as if cancelled, which nobody has asked for")
        });
        if ends {
            self.end(record, id, outcome);
        } else if std::mem::take(&mut task.again) {
            task.enter(State::Queued, record.time);
            let rank = if task.kind == Kind::Local {
                self.local_queued += 1;
                LOCAL + record.seq
            } else {
                self.queue.push(id, Cause::Runtime).1
            };
            if let Some(task) = self.all.get_mut(&id) {
                task.rank = rank;
            }
        } else {
            task.enter(State::Waiting, record.time);
        }
    }

    pub(super) fn clones(&mut self, id: Id, count: usize, t: &mut Trouble) {
        let Some(task) = self.all.get_mut(&id) else { return };
        let state = task.state;
        t.check(state == State::Waiting, || {
            format!("task {id} is said to wait, but was {state:?}")
        });
        task.clones = Some(count);
    }

    fn end(&mut self, record: &Record, id: Id, outcome: Outcome) {
        let Some(task) = self.all.get_mut(&id) else { return };
        task.enter(State::Done(outcome), record.time);
        task.ended = Some(record.seq);
        (task.again, task.deferred, task.next_wake) = (false, false, None);
        self.alive = self.alive.saturating_sub(usize::from(task.kind == Kind::Task));
        self.let_go(id);
    }

    /// If it is over: to be forgotten when its handle has gone, or when too many are remembered.
    fn let_go(&mut self, id: Id) {
        let Some(task) = self.all.get(&id).filter(|task| task.is_over()) else { return };
        if task.handle {
            self.unclaimed.insert(id);
            if self.unclaimed.len() > REMEMBERED {
                self.over.extend(self.unclaimed.pop_first());
            }
        } else {
            self.unclaimed.remove(&id);
            self.over.push(id);
        }
    }

    fn forget(&mut self) {
        for id in self.over.drain(..) {
            self.all.remove(&id);
        }
    }

    /// The run has ended: nobody is being polled.
    pub(super) fn run_ends(&mut self, t: &mut Trouble) {
        for id in std::mem::take(&mut self.running) {
            t.check(false, || format!("task {id} is being polled"));
        }
    }

    // ----- what else can happen to a task -----

    pub(super) fn cancel(&mut self, id: Id, t: &mut Trouble) {
        let Some(task) = self.all.get_mut(&id) else {
            return t.check(false, || format!("nobody has told of task {id}, to be ended"));
        };
        let state = task.state;
        t.check(!task.is_over(), || format!("task {id} is to end, but was {state:?}"));
        task.cancelled = true;
    }

    /// Its handle is gone: it gave the output (`how`), or was dropped. Returns whether the task is
    /// known.
    pub(super) fn handle_gone(&mut self, id: Id, how: Option<Outcome>, t: &mut Trouble) -> bool {
        let Some(task) = self.all.get_mut(&id) else { return false };
        t.check(task.handle, || format!("the handle of task {id} had gone before"));
        if let (Some(how), State::Done(was)) = (how, task.state) {
            t.check(how == was, || format!("task {id} was {was:?}, its handle says {how:?}"));
        }
        if how.is_some() {
            t.check(task.is_over(), || format!("task {id} is learned to be over, but is not"));
        }
        if let Some(task) = self.all.get_mut(&id) {
            (task.joined, task.handle) = (how.or(task.joined), false);
        }
        self.let_go(id);
        true
    }

    /// A waker came to this place, or left it.
    pub(super) fn moved(&mut self, spot: Spot) {
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
    use crate::fixture::{Script, poll, spawn, wake};
    use crate::fold::Fold;
    use kettle_events::{Event, MessageKind};

    #[test]
    fn tasks_whose_handles_go_unheard_of_are_forgotten_in_time() {
        let ((mut script, main), queued) = (Script::begun(true), Effect::Queued(1));
        script.write(wake(main, Cause::Runtime, queued));
        poll(script.task(main), main, Outcome::Pending);
        script.task(None);
        for _ in 0..4 * REMEMBERED {
            let task = Id::next();
            script.write(Event::Message { kind: MessageKind::Spawn }).write(spawn(task));
            script.write(wake(task, Cause::Runtime, queued));
            poll(script.task(task), task, Outcome::Ready);
            script.task(None);
        }
        let remembered = Fold::of(&script.records).tasks().count();
        assert!(remembered <= REMEMBERED + 2, "{remembered}");
    }
}
