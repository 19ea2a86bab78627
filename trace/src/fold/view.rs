//! What can a fold be asked?
//!
//! Everything that it knows, without changing it. Tasks, timers and the like come in the order of
//! their numbers, which on one thread is that of their making.

use kettle_events::{Direction, Id, Resource, WaitNow};

use super::course::Phase;
use super::fold::Fold;
use super::primitive::Primitive;
use super::task::Task;
use super::things::{Job, Source};
use super::trouble::Contradiction;
use super::waiting::{Part, Spot, Wait};
use super::wheel::Timer;

impl Fold {
    /// What the records have said that can't be, oldest first; at most the first 64.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.trouble.found
    }

    /// Has no record of this runtime been lost, so that the state is the runtime's?
    pub fn is_whole(&self) -> bool {
        !self.trouble.blind
    }

    /// The phase of the loop.
    pub fn phase(&self) -> Phase {
        self.course.phase
    }

    /// Is somebody driving the runtime (and not ending it)?
    pub fn is_driven(&self) -> bool {
        self.course.in_run
    }

    /// The tasks that are being polled: one at most, unless a local set polls its own within one.
    /// The innermost is the last.
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

    /// A task; `None` if it is forgotten, or was never seen.
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

    /// All whose wakers are stored, the oldest first.
    pub(crate) fn open_waits(&self) -> impl Iterator<Item = &WaitNow> {
        self.waits.all.values().filter(|(_, at)| at.is_some()).map(|(wait, _)| &wait.now)
    }

    /// The wait with this number, whose waker is stored.
    pub(crate) fn wait_with(&self, id: Id) -> Option<&Wait> {
        self.waits.stored(id)
    }

    /// The tasks that wait for this; a line from front to back. (A ticket in `on` says nothing.)
    pub fn waiters(&self, on: Resource) -> Vec<Wait> {
        match Spot::of(on) {
            Some(Spot::Sync(sync, Part::Line(_))) => self.line(sync).copied().collect(),
            spot => spot.into_iter().flat_map(|spot| self.waits.at(spot)).copied().collect(),
        }
    }

    /// The tasks in line at a primitive, front to back.
    pub fn line(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        self.waits.line(sync)
    }

    /// The tasks that were given what they waited for in line, and have not taken it yet.
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

    /// A source that is registered.
    pub fn source_of(&self, source: Id) -> Option<&Source> {
        self.things.sources.get(&source).filter(|known| known.registered)
    }

    /// The sources that are registered.
    pub fn sources(&self) -> impl Iterator<Item = (Id, &Source)> {
        let all = self.things.sources.iter().filter(|(_, source)| source.registered);
        all.map(|(id, source)| (*id, source))
    }

    /// A channel, a lock or another primitive that a record has named; a channel for values only
    /// while something can still happen to it.
    pub fn primitive(&self, sync: Id) -> Option<&Primitive> {
        self.primitives.all.get(&sync)
    }

    /// The primitives that records have named, as for [`Fold::primitive`].
    pub fn primitives(&self) -> impl Iterator<Item = (Id, &Primitive)> {
        self.primitives.all.iter().map(|(id, known)| (*id, known))
    }

    /// The blocking jobs that are out, or whose output may still be asked for.
    pub fn jobs(&self) -> impl Iterator<Item = (Id, &Job)> {
        self.things.jobs.iter().map(|(id, job)| (*id, job))
    }

    /// One of these.
    pub(crate) fn job(&self, id: Id) -> Option<&Job> {
        self.things.jobs.get(&id)
    }

    /// How many blocking jobs are out.
    pub fn jobs_out(&self) -> usize {
        self.things.out
    }

    /// The sources that tasks wait for. (What a task asked with its own waker, in a round that is
    /// over, it would have asked again if it still polled that: a `read` has no drop that tells.)
    pub(crate) fn listened(&self) -> impl Iterator<Item = (Id, Direction)> {
        let ways = |id: &Id| Direction::ALL.map(|way| (*id, way));
        let is_over = |wait: &Wait| wait.now.own && self.scopes.is_over(wait.now.scope);
        let waits = move |wait: &Wait| !self.is_left_behind(wait) && !is_over(wait);
        let is_waited_for =
            move |(id, way): &(Id, Direction)| self.waits.at(Spot::Source(*id, *way)).any(waits);
        self.things.sources.keys().flat_map(ways).filter(is_waited_for)
    }

    /// How many entries it keeps, of tasks, waits, timers, sources, primitives and jobs.
    #[doc(hidden)]
    pub fn kept(&self) -> usize {
        let things = self.timer_count() + self.things.sources.len() + self.things.jobs.len();
        self.tasks.all.len() + self.waits.all.len() + things + self.primitives.all.len()
    }
}
