//! Who waits where, and so is not lost?
//!
//! The primitives remember a waiting task by its number, its *key*; no waker is cloned for that. A
//! count of cloned wakers alone would call every idle task lost. So keys count as wakers here.
//!
//! Interface: [`Keys`]: shown each event before it is told ([`Keys::learn`]), it says how many keys
//! a task has left lying around ([`Keys::of`]). Invariants: a place holds a task's key once,
//! however often the task looks there. Places for one are emptied by the event that says so; from
//! the lines for a lock or for room the wake itself takes, as it is given to one after the other.
//!
//! A place that was wrongly thought empty is put right when its task is polled next, for then it
//! waits there anew.
//!
//! Not here: wakers that somebody else has cloned (`PollEnd` counts them).

use std::collections::HashMap;

use kettle_runtime::event::{Closer, Direction, Event, Outcome, Record, Replaced, Resource};
use kettle_runtime::id::{Id, Serial};

/// Where a key lies: a resource without the place in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Spot {
    Timer(Serial),
    Source(Serial, Direction),
    Value(Serial),
    Room(Serial),
    Closed(Serial),
    Lock(Serial),
    Task(Id),
}

impl Spot {
    /// `None`: of a kind that is newer than this file.
    pub(super) fn of(resource: Resource) -> Option<Spot> {
        Some(match resource {
            Resource::Timer(timer) => Spot::Timer(timer),
            Resource::Source(source, direction) => Spot::Source(source, direction),
            Resource::ChannelValue(channel) => Spot::Value(channel),
            Resource::ChannelRoom(channel, _) => Spot::Room(channel),
            Resource::ChannelClosed(channel) => Spot::Closed(channel),
            Resource::Lock(lock, _) => Spot::Lock(lock),
            Resource::Task(task) => Spot::Task(task),
            _ => return None,
        })
    }

    /// Is there a line at this place, from which one is woken after the other?
    fn is_line(self) -> bool {
        matches!(self, Spot::Room(_) | Spot::Lock(_))
    }

    /// Can many wait at this place side by side?
    fn is_shared(self) -> bool {
        self.is_line() || matches!(self, Spot::Closed(_) | Spot::Source(..))
    }
}

/// All keys that lie around.
#[derive(Debug, Default)]
pub(super) struct Keys {
    tasks: HashMap<Spot, Vec<Id>>,
    spots: HashMap<Id, Vec<Spot>>,
}

impl Keys {
    /// How many keys of this task lie around?
    pub(super) fn of(&self, task: Id) -> usize {
        self.spots.get(&task).map_or(0, Vec::len)
    }

    /// A key is left, or taken. Says who else lost a key without a wake to follow.
    pub(super) fn learn(&mut self, record: &Record) -> Vec<Id> {
        match record.event {
            Event::Wait { on, replaced } => {
                let (Some(task), Some(spot)) = (record.task, Spot::of(on)) else { return vec![] };
                self.wait(task, spot, replaced)
            }
            Event::Unwait { on } => self.unwait(record.task, Spot::of(on)),
            Event::TimerCancel { timer } => self.empty(Spot::Timer(timer)),
            Event::SourceDrop { source } => [Direction::Read, Direction::Write]
                .into_iter()
                .flat_map(|direction| self.empty(Spot::Source(source, direction)))
                .collect(),
            event => {
                self.call(event);
                vec![]
            }
        }
    }

    /// Places are emptied whose tasks are woken now.
    fn call(&mut self, event: Event) {
        match event {
            Event::TimerFire { timer, .. } => drop(self.empty(Spot::Timer(timer))),
            Event::SourceReady { source, readable, writable, closed } => {
                for (is_ready, direction) in
                    [(readable, Direction::Read), (writable, Direction::Write)]
                {
                    if is_ready || closed {
                        self.empty(Spot::Source(source, direction));
                    }
                }
            }
            Event::ChannelSend { channel, .. } => drop(self.empty(Spot::Value(channel))),
            Event::ChannelClose { channel, by } => {
                self.empty(Spot::Value(channel));
                if by == Closer::Receiver {
                    self.empty(Spot::Closed(channel));
                }
            }
            Event::PollEnd { task, outcome, .. } if outcome != Outcome::Pending => {
                self.empty(Spot::Task(task));
                self.forget(task);
            }
            Event::BlockingEnd { task } => drop(self.empty(Spot::Task(task))),
            _ => {}
        }
    }

    /// A wake for which no place was emptied: if the task stands in a line, it was its turn.
    pub(super) fn take_from_line(&mut self, task: Id) {
        let spots = self.spots.get(&task).map_or(&[][..], Vec::as_slice);
        if let Some(&spot) = spots.iter().find(|spot| spot.is_line()) {
            self.remove(task, spot);
        }
    }

    fn wait(&mut self, task: Id, spot: Spot, replaced: Replaced) -> Vec<Id> {
        let mut ousted = Vec::new();
        if replaced == Replaced::Other && !spot.is_shared() {
            ousted = self.empty(spot);
        }
        let spots = self.spots.entry(task).or_default();
        if !spots.contains(&spot) {
            spots.push(spot);
            self.tasks.entry(spot).or_default().push(task);
        }
        ousted
    }

    /// A future was dropped that waited there. It was the running task's, if that waits there; else
    /// whoever was first.
    fn unwait(&mut self, running: Option<Id>, spot: Option<Spot>) -> Vec<Id> {
        let Some(spot) = spot else { return vec![] };
        let here = self.tasks.get(&spot).map_or(&[][..], Vec::as_slice);
        let own = running.filter(|task| here.contains(task));
        let task = own.or(here.first().copied());
        task.into_iter().inspect(|&task| self.remove(task, spot)).collect()
    }

    fn empty(&mut self, spot: Spot) -> Vec<Id> {
        let tasks = self.tasks.remove(&spot).unwrap_or_default();
        for &task in &tasks {
            self.remove(task, spot);
        }
        tasks
    }

    fn remove(&mut self, task: Id, spot: Spot) {
        if let Some(tasks) = self.tasks.get_mut(&spot) {
            tasks.retain(|&other| other != task);
            if tasks.is_empty() {
                self.tasks.remove(&spot);
            }
        }
        if let Some(spots) = self.spots.get_mut(&task) {
            spots.retain(|&other| other != spot);
            if spots.is_empty() {
                self.spots.remove(&task);
            }
        }
    }

    /// The task is over.
    fn forget(&mut self, task: Id) {
        for spot in self.spots.remove(&task).unwrap_or_default() {
            self.remove(task, spot);
        }
    }
}
