//! Which snapshot of the runtime do the records lead to?
//!
//! The counterpart of the snapshot that a runtime takes of itself without records. A wait is in it
//! while its waker is stored, or while its future has been given its turn and hasn't taken it.

use std::collections::BTreeSet;

use kettle_events::{
    EndNow, HoldNow, Id, JobNow, Snapshot, SourceNow, TaskNow, Thing, TimerNow, WaitNow,
};

use super::fold::Fold;
use super::primitive::Primitive;
use super::task::{State, Task};
use super::waiting::{Part, Spot};

impl Fold {
    /// What exists now. The numbers in names aren't known here.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let tasks = self.tasks.all.values().filter(|task| !task.is_over());
        let waits = self.waits.all.keys();
        let is_used = |id| self.waits.at_primitive(id).next().is_some();
        let used = |(id, known): &(&Id, &Primitive)| !known.holders.is_empty() || is_used(**id);
        self.with(tasks, waits, self.primitives.all.iter().filter(used))
    }

    /// The same, with these tasks alone, their waits, and what these are for.
    pub(crate) fn snapshot_of(&self, tasks: &[Id]) -> Snapshot {
        let tasks = tasks.iter().filter_map(|id| self.tasks.all.get(id));
        let waits: BTreeSet<Id> = tasks.clone().flat_map(|task| task.waits.clone()).collect();
        let thing = |id| Some(self.waits.all.get(id)?.0.now.on.thing());
        let for_things = waits.iter().filter_map(thing).filter_map(|thing| match thing {
            Thing::Sync(_, sync) => Some(sync),
            _ => None,
        });
        let things: BTreeSet<Id> = for_things.collect();
        let things = things.iter().filter_map(|id| self.primitives.all.get_key_value(id));
        self.with(tasks, waits.iter(), things)
    }

    fn with<'a>(
        &'a self,
        tasks: impl Iterator<Item = &'a Task>,
        waits: impl Iterator<Item = &'a Id>,
        things: impl Iterator<Item = (&'a Id, &'a Primitive)>,
    ) -> Snapshot {
        let things: Vec<_> = things.collect();
        let holders = things.iter().flat_map(|(_, known)| &known.holders);
        let mut holds: Vec<HoldNow> = holders.map(|holder| holder.now).collect();
        holds.sort_by_key(|hold| hold.id);
        let out = self.things.jobs.iter().filter(|(_, job)| job.out);
        let timers = self.wheel.timers.iter();
        Snapshot {
            time: self.course.time,
            driven: self.is_driven(),
            paused: false,
            running: self.tasks.running.clone(),
            tasks: tasks.map(task).collect(),
            waits: waits.filter_map(|wait| self.wait_now(*wait)).collect(),
            holds,
            scopes: self.scopes.0.values().copied().collect(),
            jobs: out.map(|(&id, job)| JobNow { id, number: 0, made: job.made }).collect(),
            sources: self
                .sources()
                .map(|(id, it)| {
                    let (what, end, fd, ready) = (it.what, EndNow::default(), None, [false; 4]);
                    SourceNow { id, what, end, fd, ready }
                })
                .collect(),
            timers: timers.map(|(&id, timer)| TimerNow { id, due: timer.due }).collect(),
            things: things.into_iter().map(|(_, known)| known.now).collect(),
            ..Snapshot::default()
        }
    }

    fn wait_now(&self, id: Id) -> Option<WaitNow> {
        let (wait, spot) = self.waits.all.get(&id)?;
        if spot.is_none() && wait.told.is_none() {
            return None;
        }
        let ago = |since| self.course.time.saturating_sub(since);
        let polls = |before| Some(self.polls_of(wait.now.by).saturating_sub(before));
        let told = wait.told.map(|(since, before)| (ago(since), polls(before)));
        let served = matches!(spot, Some(Spot::Sync(_, Part::Handed(_))));
        let age = ago(wait.began);
        // What was given its turn keeps it, also while nobody polls it.
        (served || !self.is_left_behind(wait)).then_some(WaitNow { served, told, age, ..wait.now })
    }
}

fn task(task: &Task) -> TaskNow {
    TaskNow {
        id: task.id,
        number: 0,
        kind: task.kind,
        made: task.made,
        at: task.at,
        queued: (task.state != State::New).then_some(task.state == State::Queued),
        polled: task.polls > 0,
        cancelled: task.cancelled,
        handles: Some(usize::from(task.handle)),
        clones: task.clones.map(|clones| clones.abs_diff(task.stored())),
    }
}
