//! Who waits, for what, and since when?
//!
//! A [`Waiter`] stands for one stored waker. It stays where it was stored until an event says that
//! it has gone: the timer fired, the value came, the future was dropped. A task that waits for
//! several things at once (`select!`, `join!`) has a waiter at each of them.
//!
//! A stored waker is not always waited for: a dropped `recv` leaves its waker behind
//! (`src/sync/mpsc/receiver.rs`), and the task may be at something else by now. So may a handle or a socket that a
//! `timeout` or a `select!` has polled by reference. To know what a
//! task does, compare [`Waiter::poll`] with the task's polls; to know what could still wake it,
//! do not compare.
//!
//! Invariant: a waiter is in one place, and its task's list names that place.

use kettle_events::{Direction, Id, Place, Resource, SyncKind, Units};

/// A waker that is stored somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// The number of its wait.
    pub wait: Id,
    /// The task that was being polled when it was stored, or the job whose thread waits; `None`: neither,
    /// that is known of.
    pub task: Option<Id>,
    /// The record that began the wait.
    pub since: u64,
    /// The record that stored it, or renewed it, last.
    pub renewed: u64,
    /// Which of its task's polls has stored it, or renewed it, last; 0: its future was given up since, or it
    /// is no task's.
    pub poll: u64,
    /// Where the program awaits it.
    pub at: Option<Place>,
    /// How much it waits for, where that is counted.
    pub units: Units,
}

/// What a task waits for.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// For this.
    pub on: Resource,
    /// Since when, and where in the program.
    pub waiter: Waiter,
}

/// A place where wakers are stored. (A waiter in line has one of its own, named by its ticket.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Timer(Id),
    Source(Id, Direction),
    Task(Id),
    Line(SyncKind, Id, usize),
    Value(SyncKind, Id),
    Closed(SyncKind, Id),
}

impl Spot {
    pub(super) fn of(on: Resource) -> Option<Spot> {
        Some(match on {
            Resource::Timer(timer) => Spot::Timer(timer),
            Resource::Source(source, direction) => Spot::Source(source, direction),
            Resource::Task(task) => Spot::Task(task),
            Resource::Sync(kind, sync, _, ticket) => Spot::Line(kind, sync, ticket),
            Resource::SyncValue(kind, sync) => Spot::Value(kind, sync),
            Resource::SyncClosed(kind, sync) => Spot::Closed(kind, sync),
            _ => return None,
        })
    }

    /// Does a dropped future take its waker along? Where it does not, the waker may be called once
    /// for nothing.
    pub(super) fn is_left_at_drop(self) -> bool {
        matches!(self, Spot::Timer(_) | Spot::Line(..) | Spot::Closed(..))
    }

    pub(super) fn is_at_a_source(self) -> bool {
        matches!(self, Spot::Source(..))
    }

    /// What is waited for there, by this waiter.
    pub(super) fn on(self, waiter: &Waiter) -> Resource {
        match self {
            Spot::Timer(timer) => Resource::Timer(timer),
            Spot::Source(source, direction) => Resource::Source(source, direction),
            Spot::Task(task) => Resource::Task(task),
            Spot::Line(kind, sync, ticket) => Resource::Sync(kind, sync, waiter.units, ticket),
            Spot::Value(kind, sync) => Resource::SyncValue(kind, sync),
            Spot::Closed(kind, sync) => Resource::SyncClosed(kind, sync),
        }
    }
}

/// What storing a waker came to.
pub(super) struct Stored {
    /// The waiter that is no longer there.
    pub(super) gone: Option<Waiter>,
    /// Did it join, where it was not before?
    pub(super) joined: bool,
}

/// Into a place for one waker: the newest replaces.
pub(super) fn store_one(slot: &mut Option<Waiter>, new: Waiter) -> Stored {
    store_at(slot.replace(new), slot.as_mut_slice(), new)
}

/// Among others in no order.
pub(super) fn store_beside(all: &mut Vec<Waiter>, new: Waiter) -> Stored {
    let before = take_from(all, new.wait);
    all.push(new);
    let last = all.len() - 1;
    store_at(before, &mut all[last..], new)
}

pub(super) fn store_at<'a>(
    before: Option<Waiter>,
    there: impl IntoIterator<Item = &'a mut Waiter>,
    new: Waiter,
) -> Stored {
    match before {
        // The same wait, asked again: perhaps by another task.
        Some(old) if old.wait == new.wait && old.task == new.task => {
            there.into_iter().for_each(|waiter| waiter.since = old.since);
            Stored { gone: None, joined: false }
        }
        gone => Stored { gone, joined: true },
    }
}

/// Takes this waiter away.
pub(super) fn take_from(all: &mut Vec<Waiter>, wait: Id) -> Option<Waiter> {
    let index = all.iter().position(|waiter| waiter.wait == wait)?;
    Some(all.remove(index))
}
