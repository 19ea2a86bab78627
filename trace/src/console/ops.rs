//! Which tasks wait at which resource now?
//!
//! One wait is an *async op* of the console: from a task's first fruitless look until it gets what it
//! wants, gives up or ends. A look that is fruitful at once makes none: there would be one for each
//! message.
//!
//! Most waits end in the task's own poll, and are known by the task. But a waiter of a primitive is
//! served by another task, so it is known by the ticket that it drew.
//!
//! Interface: [`Ops`]. Invariants: `of` has exactly the keys of `all`, by their tasks. No function
//! looks at other resources or at other tasks than those it is told of.
//!
//! Not here: the resources (`resources.rs`), the console's own vocabulary (`spans.rs`).

use std::collections::{BTreeMap, HashMap, HashSet};

use kettle_events::{Direction, Id, Resource, Thing, Units};
use tracing::Span;

use super::primitives;
use super::spans::Op;

#[derive(Debug, Default)]
pub(super) struct Ops {
    all: BTreeMap<Key, (Id, Op)>,
    of: HashMap<Id, HashSet<Key>>,
}

type Key = (Id, Wait);

/// Which wait at a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Wait {
    /// In a primitive's queue, with this ticket.
    Queue(usize),
    /// By this task, at another door.
    At(Door, Id),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Door {
    In,
    Out,
    End,
}

impl Ops {
    /// The task has looked at the resource, and has to wait.
    pub(super) fn waits(&mut self, task: Id, on: Resource, resource: &Span) {
        let Some(key) = key(task, on) else { return };
        let (source, name) = words(on);
        // Where records were lost, another task may have had this ticket.
        if self.all.get(&key).is_none_or(|(other, _)| *other != task) {
            self.remove(key);
            self.all.insert(key, (task, Op::new(resource, source)));
            self.of.entry(task).or_default().insert(key);
        }
        if let Some((_, op)) = self.all.get(&key) {
            op.polled(resource, name, false);
        }
    }

    /// The task has looked again and got what it waited for, if it waited.
    pub(super) fn got(&mut self, task: Id, on: Resource, resource: &Span) {
        let Some(key) = key(task, on) else { return };
        if let Some((_, op)) = self.all.get(&key) {
            op.polled(resource, words(on).1, true);
            self.remove(key);
        }
    }

    /// The task gives up.
    pub(super) fn leaves(&mut self, task: Id, on: Resource) {
        if let Some(key) = key(task, on) {
            self.remove(key);
        }
    }

    /// The waiter in a primitive's queue with this ticket waits no more.
    pub(super) fn served(&mut self, sync: Id, ticket: usize) {
        self.remove((sync, Wait::Queue(ticket)));
    }

    /// Nothing is waited for there any more.
    pub(super) fn are_over(&mut self, id: Id) {
        let all: Vec<_> = self.at(id).collect();
        for key in all {
            self.remove(key);
        }
    }

    /// The task has ended.
    pub(super) fn task_is_over(&mut self, task: Id) {
        for key in self.of.remove(&task).unwrap_or_default() {
            self.all.remove(&key);
        }
    }

    pub(super) fn any(&self, id: Id) -> bool {
        self.at(id).next().is_some()
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        assert_eq!(self.all.len(), self.of.values().map(HashSet::len).sum::<usize>());
        self.all.len()
    }

    /// What is at this resource, its queue first.
    fn at(&self, id: Id) -> impl Iterator<Item = Key> {
        let behind = self.all.range((id, Wait::Queue(0))..).map(|(key, _)| *key);
        behind.take_while(move |(other, _)| *other == id)
    }

    fn remove(&mut self, key: Key) {
        let Some((task, _)) = self.all.remove(&key) else { return };
        if let Some(keys) = self.of.get_mut(&task) {
            keys.remove(&key);
            if keys.is_empty() {
                self.of.remove(&task);
            }
        }
    }
}

/// Waiting for a task's end is at no resource.
fn key(task: Id, on: Resource) -> Option<Key> {
    let door = match on {
        Resource::Sync(_, sync, _, ticket) => return Some((sync, Wait::Queue(ticket))),
        Resource::Source(_, Direction::Write) => Door::In,
        Resource::SyncClosed(..) => Door::End,
        _ => Door::Out,
    };
    Some((id(on)?, Wait::At(door, task)))
}

/// The resource's own number; the end of a task is none.
pub(super) fn id(on: Resource) -> Option<Id> {
    match on.thing() {
        Thing::Timer(id) | Thing::Source(id) | Thing::Sync(_, id) => Some(id),
        Thing::Task(_) => None,
    }
}

/// Which method waits there, and what does it ask at each look?
fn words(on: Resource) -> (&'static str, &'static str) {
    match on {
        Resource::Timer(_) => ("Timer::poll", "poll_elapsed"),
        Resource::Source(_, Direction::Read) => ("Source::readable", "poll_read_ready"),
        Resource::Source(_, Direction::Write) => ("Source::writable", "poll_write_ready"),
        Resource::Source(_, Direction::Priority | Direction::Error) => {
            ("Source::ready", "poll_ready")
        }
        Resource::SyncValue(kind, _) if kind.is_channel() => ("Receiver::recv", "poll_recv"),
        Resource::SyncValue(kind, _) => primitives::words(kind, Units::Count(1)),
        Resource::SyncClosed(..) => ("Sender::closed", "poll_closed"),
        Resource::Sync(kind, _, units, _) => primitives::words(kind, units),
        _ => ("await", "poll"),
    }
}
