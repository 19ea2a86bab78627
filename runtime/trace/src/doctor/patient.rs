//! What is remembered of a task?
//!
//! Whether it is ready, who holds it, and what it waits for. A *wait* stands from the record that
//! tells of it until something tells that it is over; where that can't be seen (it happened on
//! another thread), it is believed to stand. So the doctor errs on the side of silence.

use std::time::Duration;

use kettle_runtime::event::{Kind, Place, Resource};
use kettle_runtime::id::Id;

use crate::names::{Family, Name};

/// One task.
#[derive(Debug)]
pub(super) struct Patient {
    pub(super) id: Id,
    pub(super) number: usize,
    pub(super) kind: Kind,
    /// Where it was spawned.
    pub(super) made: Place,
    /// By whom.
    pub(super) parent: Option<Id>,
    pub(super) polls: u64,
    pub(super) state: State,
    /// Is its handle alive?
    pub(super) handle: bool,
    /// Was it when the task was last polled?
    pub(super) had_handle: bool,
    /// Does its handle lie in a cell, which always holds the task, too?
    pub(super) celled: bool,
    /// Others who hold it: clones of its waker, abort handles.
    pub(super) held: usize,
    /// Who awaits its handle.
    pub(super) joiner: Option<Id>,
    pub(super) waits: Vec<Waiting>,
    /// Its last `.await` that kettle saw.
    pub(super) at: Option<Place>,
    /// When its last poll ended.
    pub(super) since: Duration,
}

/// Where a task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Queued,
    Polled { woken: bool },
    Idle,
}

/// Something that a task waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub(super) on: Resource,
    pub(super) at: Option<Place>,
    pub(super) seq: u64,
    /// By the machine's clock.
    pub(super) since: Duration,
}

impl Patient {
    pub(super) fn name(&self) -> Name {
        let family = if self.kind == Kind::Main { Family::Main } else { Family::Task };
        Name { family, number: self.number }
    }

    /// Where it was made, in words.
    pub(super) fn birth(&self) -> &'static str {
        match self.kind {
            Kind::Main => "`block_on` was called here",
            Kind::Task | Kind::Local => "the task was spawned here",
        }
    }

    /// So many hold the header of a task that nobody but its own handle holds.
    fn own(&self) -> usize {
        usize::from(self.celled || self.handle)
    }

    pub(super) fn set_held(&mut self, kept: usize) {
        self.had_handle = self.handle;
        self.held = kept.saturating_sub(self.own());
    }

    /// It waits, perhaps still, and then with its newest waker.
    pub(super) fn wait(&mut self, waiting: Waiting) {
        match self.waits.iter_mut().find(|old| same(old.on, waiting.on)) {
            // Since when it waits is told by the first time; where, by the last.
            Some(old) => *old = Waiting { since: old.since, ..waiting },
            None => self.waits.push(waiting),
        }
    }

    pub(super) fn leave(&mut self, on: Resource) -> bool {
        let before = self.waits.len();
        self.waits.retain(|waiting| !same(waiting.on, on));
        self.waits.len() < before
    }
}

/// The same thing? A place in line doesn't count.
pub(super) fn same(one: Resource, other: Resource) -> bool {
    match (one, other) {
        (Resource::ChannelRoom(one, _), Resource::ChannelRoom(other, _))
        | (Resource::Lock(one, _), Resource::Lock(other, _)) => one == other,
        _ => one == other,
    }
}
