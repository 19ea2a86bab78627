//! Who waits, for what, and since when?
//!
//! A [`Waiter`] stands for one stored waker. It stays where it was stored until an event says that
//! its wait was served, or has ended. A task that waits for several things at once (`select!`,
//! `join!`) has a waiter at each of them.
//!
//! A stored waker is not always waited for: a dropped `recv` leaves its waker behind
//! (`src/sync/mpsc/receiver.rs`), and the task may be at something else by now. So may a handle or
//! a socket that a `timeout` or a `select!` has polled by reference: `Fold::is_given_up`.
//!
//! Interface: [`Waits`], the table of the open ones by their numbers.
//!
//! Invariant: a waiter is in one place, and its task has the number of its wait.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use kettle_events::{Direction, Id, Place, Resource, SyncKind, Units};

use crate::words::quick::Quick;

/// A waker that is stored somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Waiter {
    /// The number of its wait.
    pub wait: Id,
    /// The task that was being polled when it was stored, or the job whose thread waits; `None`:
    /// neither, that is known of.
    pub task: Option<Id>,
    /// The record that began the wait.
    pub since: u64,
    /// When that was, by the runtime's clock.
    pub began: Duration,
    /// The branch of a `select!` or the like in which it was asked last.
    pub scope: Option<Id>,
    /// The record that stored it, or renewed it, last.
    pub renewed: u64,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Spot {
    Timer(Id),
    Source(Id, Direction),
    Task(Id),
    Line(SyncKind, Id, usize),
    /// It was in line, and was given what it waited for.
    Handed(SyncKind, Id, usize),
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

    /// Is there room for one waker only, so that the newest replaces?
    pub(super) fn is_for_one(self) -> bool {
        matches!(self, Spot::Timer(_) | Spot::Value(..) | Spot::Task(_))
    }

    /// The primitive.
    pub(super) fn sync(self) -> Option<(SyncKind, Id)> {
        match self {
            Spot::Line(kind, sync, _)
            | Spot::Handed(kind, sync, _)
            | Spot::Value(kind, sync)
            | Spot::Closed(kind, sync) => Some((kind, sync)),
            Spot::Timer(_) | Spot::Source(..) | Spot::Task(_) => None,
        }
    }
}

/// The waits that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    /// By their numbers, each with the place of its waker; `None`: that was taken.
    pub(super) all: HashMap<Id, (Wait, Option<Spot>), Quick>,
    /// By the places of their wakers: those that have room for one waker only, and the others, a
    /// line from front to back.
    alone: HashMap<Spot, Id, Quick>,
    pub(super) at: BTreeMap<(Spot, u64), Id>,
}

impl Waits {
    /// All, the oldest first.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &(Wait, Option<Spot>)> {
        let mut all: Vec<_> = self.all.values().collect();
        all.sort_unstable_by_key(|(wait, _)| wait.waiter.wait);
        all.into_iter()
    }

    /// Whose wakers are at this place.
    pub(super) fn at(&self, spot: Spot) -> impl Iterator<Item = &Waiter> {
        self.alone(spot).into_iter().chain(self.between(spot, spot))
    }

    /// Whose waker is at a place for one.
    pub(super) fn alone(&self, spot: Spot) -> Option<&Waiter> {
        self.alone.get(&spot).and_then(|wait| Some(&self.all.get(wait)?.0.waiter))
    }

    /// The tasks that wait in line for this, front to back.
    pub(super) fn line(&self, kind: SyncKind, sync: Id) -> impl Iterator<Item = &Waiter> {
        self.between(Spot::Line(kind, sync, 0), Spot::Line(kind, sync, usize::MAX))
    }

    /// The tasks that were given what they waited for in line, and have not taken it yet.
    pub(super) fn handed(&self, kind: SyncKind, sync: Id) -> impl Iterator<Item = &Waiter> {
        self.between(Spot::Handed(kind, sync, 0), Spot::Handed(kind, sync, usize::MAX))
    }

    fn between(&self, first: Spot, last: Spot) -> impl Iterator<Item = &Waiter> {
        let found = self.at.range((first, 0)..=(last, u64::MAX));
        found.filter_map(|(_, wait)| Some(&self.all.get(wait)?.0.waiter))
    }

    /// One whose waker is stored.
    pub(super) fn stored(&self, wait: Id) -> Option<&Wait> {
        self.all.get(&wait).filter(|(_, at)| at.is_some()).map(|(wait, _)| wait)
    }

    /// Its waker is at this place now; `None`: nowhere. Where was it, and whose is it?
    pub(super) fn moves(&mut self, wait: Id, to: Option<Spot>) -> Option<(Option<Spot>, Waiter)> {
        let (known, at) = self.all.get_mut(&wait)?;
        let from = std::mem::replace(at, to);
        let waiter = known.waiter;
        match from {
            Some(spot) if spot.is_for_one() => _ = self.alone.remove(&spot),
            Some(spot) => _ = self.at.remove(&(spot, wait.get())),
            None => {}
        }
        match to {
            Some(spot) if spot.is_for_one() => _ = self.alone.insert(spot, wait),
            Some(spot) => _ = self.at.insert((spot, wait.get()), wait),
            None => {}
        }
        Some((from, waiter))
    }
}
