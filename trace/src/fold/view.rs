//! Which questions does a fold (the state rebuilt from records) answer?
//!
//! Where the loop is ([`Fold::phase`]), which tasks are polled, queued or alive, who waits for what
//! ([`Fold::waits_of`], [`Fold::waiters`], [`Fold::line`]), and which timers, sources, primitives
//! and jobs exist. Each method looks something up and changes nothing. Lists are sorted by number,
//! which on one thread is the order in which the things were made.

use kettle_events::{Direction, Id, Resource, WaitNow};

use super::fold::Fold;
use super::phase::Phase;
use super::primitive::Primitive;
use super::task::Task;
use super::things::{Job, Source};
use super::trouble::Contradiction;
use super::waiting::{Part, Spot, Wait};
use super::wheel::Timer;

impl Fold {
    /// The records that contradict earlier ones, oldest first; at most the first 64.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.trouble.found
    }

    /// Is no record of this runtime missing, so that the state is complete?
    pub fn is_whole(&self) -> bool {
        !self.trouble.has_gaps
    }

    /// The phase of the loop.
    pub fn phase(&self) -> Phase {
        self.loop_state.phase
    }

    /// Does a `block_on` drive the runtime (and not end it)?
    pub fn is_driven(&self) -> bool {
        self.loop_state.in_run
    }

    /// The tasks that are being polled, the innermost last. There is more than one only if a local
    /// set polls its tasks within its own poll.
    pub fn running(&self) -> &[Id] {
        &self.tasks.running
    }

    /// How many tasks are in the run queue.
    pub fn queued(&self) -> usize {
        self.tasks.queue.len()
    }

    /// The run queue in the order in which its tasks are polled if no other task is woken.
    pub fn queue(&self) -> Vec<Id> {
        self.tasks.queue.in_order()
    }

    /// How many tasks of the engine are alive, without `block_on`'s own future and without those of
    /// local sets.
    pub fn alive(&self) -> usize {
        self.tasks.alive
    }

    /// A task; `None` if no record has named it, or it has ended and was forgotten.
    pub fn task(&self, id: Id) -> Option<&Task> {
        self.tasks.all.get(&id)
    }

    /// All tasks, in the order in which they were made (on one thread).
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.all.values()
    }

    /// What a task waits for.
    pub fn waits_of(&self, task: Id) -> Vec<Wait> {
        let ids = self.tasks.all.get(&task).into_iter().flat_map(|task| &task.waits);
        let mut all: Vec<Wait> = ids.filter_map(|id| self.waits.stored(*id).copied()).collect();
        all.sort_by_key(|wait| Spot::of(wait.now.on));
        all
    }

    /// All waits whose wakers are stored, the oldest first.
    pub(crate) fn open_waits(&self) -> impl Iterator<Item = &WaitNow> {
        self.waits.all.values().filter(|wait| wait.spot.is_some()).map(|wait| &wait.now)
    }

    /// The wait with this number, if its waker is stored.
    pub(crate) fn stored_wait(&self, id: Id) -> Option<&Wait> {
        self.waits.stored(id)
    }

    /// The waits for this, a line from front to back. (A ticket in `on` is ignored.)
    pub fn waiters(&self, on: Resource) -> Vec<Wait> {
        match Spot::of(on) {
            Some(Spot::Sync(sync, Part::Line(_))) => self.line(sync).copied().collect(),
            spot => spot.into_iter().flat_map(|spot| self.waits.at(spot)).copied().collect(),
        }
    }

    /// The waits in line at a primitive, front to back.
    pub fn line(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        self.waits.line(sync)
    }

    /// The waits that were given what they waited for in line, and have not taken it yet.
    pub fn handed(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        self.waits.handed(sync)
    }

    /// A timer in the wheel.
    pub fn timer(&self, timer: Id) -> Option<&Timer> {
        self.wheel.timers.get(&timer)
    }

    /// The timers in the wheel.
    pub fn timers(&self) -> impl Iterator<Item = (Id, &Timer)> {
        self.wheel.timers.iter().map(|(id, timer)| (*id, timer))
    }

    /// How many timers are in the wheel.
    pub fn timer_count(&self) -> usize {
        self.wheel.timers.len()
    }

    /// The sources that are registered.
    pub fn sources(&self) -> impl Iterator<Item = (Id, &Source)> {
        let all = self.things.sources.iter().filter(|(_, source)| source.registered);
        all.map(|(id, source)| (*id, source))
    }

    /// A channel, a lock or another primitive that a record has named. A channel that has ended,
    /// with no value left in it, is forgotten.
    pub fn primitive(&self, sync: Id) -> Option<&Primitive> {
        self.primitives.all.get(&sync)
    }

    /// The primitives that records have named, as for [`Fold::primitive`].
    pub fn primitives(&self) -> impl Iterator<Item = (Id, &Primitive)> {
        self.primitives.all.iter().map(|(id, known)| (*id, known))
    }

    /// The blocking jobs that are queued or running, or whose output may still be asked for.
    pub fn jobs(&self) -> impl Iterator<Item = (Id, &Job)> {
        self.things.jobs.iter().map(|(id, job)| (*id, job))
    }

    /// A job; `None` if no record has named it, or it has ended and was forgotten.
    pub(crate) fn job(&self, id: Id) -> Option<&Job> {
        self.things.jobs.get(&id)
    }

    /// How many blocking jobs are queued or running.
    pub fn unfinished_jobs(&self) -> usize {
        self.things.unfinished_count
    }

    /// The sources that tasks wait for. A wait in a branch of a `select!` that has ended doesn't
    /// count: no event says that its `read` was dropped, but the task would have polled it again.
    pub(crate) fn awaited_sources(&self) -> impl Iterator<Item = (Id, Direction)> {
        let is_over = |wait: &Wait| wait.now.own && self.scopes.is_over(wait.now.scope);
        let is_open = move |wait: &Wait| !self.is_left_behind(wait) && !is_over(wait);
        let directions = |id: &Id| Direction::ALL.map(|direction| (*id, direction));
        let is_waited_for = move |&(id, direction): &(Id, Direction)| {
            self.waits.at(Spot::Source(id, direction)).any(is_open)
        };
        self.things.sources.keys().flat_map(directions).filter(is_waited_for)
    }

    /// How many entries it stores: tasks, waits, timers, sources, primitives and jobs.
    #[doc(hidden)]
    pub fn entry_count(&self) -> usize {
        let things = self.timer_count() + self.things.sources.len() + self.things.jobs.len();
        self.tasks.all.len() + self.waits.all.len() + things + self.primitives.all.len()
    }
}
