//! Which snapshot of the runtime do the records lead to?
//!
//! A runtime without records takes a [`Snapshot`] of itself; this file makes the same one from
//! records. It has every wait whose waker is stored, or whose future was given what it waits for
//! and hasn't taken it yet.
//!
//! Interface: [`Fold::snapshot`] gives one of everything; [`Fold::snapshot_of`] one of some tasks
//! alone, which costs less.

use std::collections::BTreeSet;

use kettle_events::{
    EndNow, HoldNow, Id, JobNow, Resource, Snapshot, SourceNow, TaskNow, Thing, WaitNow,
};

use super::fold::Fold;
use super::primitive::Primitive;
use super::task::{State, Task};
use super::things::Source;
use super::waiting::{Part, Spot};

impl Fold {
    /// What exists now. Its `number`s, which names need, are 0: a fold doesn't know names.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let tasks = self.tasks.all.values().filter(|task| !task.is_over());
        let waits = self.waits.all.keys();
        let is_used = |(id, known): &(&Id, &Primitive)| {
            !known.holders.is_empty() || self.waits.is_awaited(**id)
        };
        self.assemble(tasks, waits, self.primitives.all.iter().filter(is_used))
    }

    /// A snapshot of these tasks alone, with their waits and the primitives that they wait for.
    pub(crate) fn snapshot_of(&self, tasks: &[Id]) -> Snapshot {
        let tasks = tasks.iter().filter_map(|id| self.tasks.all.get(id));
        let waits: BTreeSet<Id> = tasks.clone().flat_map(|task| task.waits.clone()).collect();
        let primitive_of = |id: &Id| match self.waits.all.get(id)?.now.on.thing() {
            Thing::Sync(_, sync) => Some(sync),
            _ => None,
        };
        let awaited: BTreeSet<Id> = waits.iter().filter_map(primitive_of).collect();
        let primitives = awaited.iter().filter_map(|id| self.primitives.all.get_key_value(id));
        self.assemble(tasks, waits.iter(), primitives)
    }

    fn assemble<'a>(
        &'a self,
        tasks: impl Iterator<Item = &'a Task>,
        waits: impl Iterator<Item = &'a Id>,
        primitives: impl Iterator<Item = (&'a Id, &'a Primitive)>,
    ) -> Snapshot {
        let primitives: Vec<_> = primitives.collect();
        let holders = primitives.iter().flat_map(|(_, known)| &known.holders);
        let mut holds: Vec<HoldNow> = holders.map(|holder| holder.now).collect();
        holds.sort_by_key(|hold| hold.id);
        let unfinished = self.things.jobs.iter().filter(|(_, job)| job.is_unfinished);
        Snapshot {
            time: self.loop_state.time,
            driven: self.is_driven(),
            paused: false,
            running: self.tasks.running.clone(),
            tasks: tasks.map(task_now).collect(),
            waits: waits.filter_map(|wait| self.wait_now(*wait)).collect(),
            holds,
            scopes: self.scopes.open.values().copied().collect(),
            jobs: unfinished.map(|(&id, job)| JobNow { id, number: 0, made: job.made }).collect(),
            sources: self.sources().map(source_now).collect(),
            things: primitives.into_iter().map(|(_, known)| known.now).collect(),
            ..Snapshot::default()
        }
    }

    fn wait_now(&self, id: Id) -> Option<WaitNow> {
        let wait = self.waits.all.get(&id)?;
        if wait.spot.is_none() && wait.now.reported.is_none() {
            return None; // it was served, and its task is about to poll it
        }
        let served = matches!(wait.spot, Some(Spot::Sync(_, Part::Handed(_))));
        let due = match wait.now.on {
            Resource::Timer(timer) => self.timer(timer).map(|timer| timer.due),
            _ => None,
        };
        let now = WaitNow { due, served, ..wait.now };
        // Nobody waits after the task's end, but a future that was given a lock still has it.
        (served || !self.is_left_behind(wait)).then_some(now)
    }
}

/// What isn't in the records, such as a source's other end, is filled in by the doctor.
fn source_now((id, source): (Id, &Source)) -> SourceNow {
    SourceNow { id, what: source.what, end: EndNow::default(), fd: None, ready: [false; 4] }
}

fn task_now(task: &Task) -> TaskNow {
    let Task { id, kind, made, at, cancelled, .. } = *task;
    let queued = (task.state != State::New).then_some(task.state == State::Queued);
    let (number, polled, handles) = (0, task.polls > 0, Some(usize::from(task.handle)));
    let clones = task.clones.map(|clones| clones.abs_diff(task.stored()));
    TaskNow { id, number, kind, made, at, queued, polled, cancelled, handles, clones }
}
