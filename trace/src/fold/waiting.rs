//! Who waits, for what, and since when?
//!
//! A [`Wait`] stands for one stored waker. It stays where it was stored until an event says that it
//! was served, or has ended. A task that waits for several things at once (`select!`, `join!`) has
//! a wait at each of them.
//!
//! The task may be at something else by now, if a `timeout` or a `select!` has polled a handle or a
//! socket by reference: that wait is still open, and its waker wakes the task.
//!
//! Interface: [`Waits`], the table of the open ones by their numbers.
//!
//! Invariant: a wait is in one place, and its task has its number.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Direction, Id, Resource, WaitNow};

/// A waker that is stored somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Its entry in a snapshot, except its age and whether it was served, which change.
    pub now: WaitNow,
    /// When it began, by the runtime's clock.
    pub began: Duration,
    /// The record that stored its waker, or renewed it, last.
    pub renewed: u64,
    /// Of a source: when a report has taken its waker, and how many polls its task had had.
    pub(super) told: Option<(Duration, u64)>,
}

/// A place where wakers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Timer(Id),
    Source(Id, Direction),
    Task(Id),
    Sync(Id, Part),
}

/// Which place of a primitive?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// In line, with this ticket.
    Line(usize),
    /// It was in line, and was given what it waited for.
    Handed(usize),
    Value,
    Closed,
}

impl Spot {
    pub(super) fn of(on: Resource) -> Option<Spot> {
        Some(match on {
            Resource::Timer(timer) => Spot::Timer(timer),
            Resource::Source(source, direction) => Spot::Source(source, direction),
            Resource::Task(task) => Spot::Task(task),
            Resource::Sync(_, sync, _, ticket) => Spot::Sync(sync, Part::Line(ticket)),
            Resource::SyncValue(_, sync) => Spot::Sync(sync, Part::Value),
            Resource::SyncClosed(_, sync) => Spot::Sync(sync, Part::Closed),
            _ => return None,
        })
    }

    /// Is there room for one waker only, so that the newest replaces?
    pub(super) fn is_for_one(self) -> bool {
        matches!(self, Spot::Timer(_) | Spot::Task(_) | Spot::Sync(.., Part::Value))
    }
}

/// The waits that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    /// The waits by number, each with the place of its waker; `None`: the waker was taken.
    pub(super) all: BTreeMap<Id, (Wait, Option<Spot>)>,
    /// The waits by the places of their wakers: a line from front to back.
    at: BTreeMap<(Spot, u64), Id>,
}

impl Waits {
    /// The tasks whose wakers are at this place.
    pub(super) fn at(&self, spot: Spot) -> impl Iterator<Item = &Wait> {
        self.between(spot, spot)
    }

    /// The tasks that wait in line for this, front to back.
    pub(super) fn line(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        let place = |ticket| Spot::Sync(sync, Part::Line(ticket));
        self.between(place(0), place(usize::MAX))
    }

    /// The tasks that were given what they waited for in line, and have not taken it yet.
    pub(super) fn handed(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        let place = |ticket| Spot::Sync(sync, Part::Handed(ticket));
        self.between(place(0), place(usize::MAX))
    }

    /// All whose wakers are at a primitive.
    pub(super) fn at_primitive(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        self.between(Spot::Sync(sync, Part::Line(0)), Spot::Sync(sync, Part::Closed))
    }

    fn between(&self, first: Spot, last: Spot) -> impl Iterator<Item = &Wait> {
        let found = self.at.range((first, 0)..=(last, u64::MAX));
        found.filter_map(|(_, wait)| Some(&self.all.get(wait)?.0))
    }

    /// One whose waker is stored.
    pub(super) fn stored(&self, wait: Id) -> Option<&Wait> {
        self.all.get(&wait).filter(|(_, at)| at.is_some()).map(|(wait, _)| wait)
    }

    /// Its waker is at this place now; `None`: nowhere. Where was it, and whose is it?
    pub(super) fn moves(&mut self, wait: Id, to: Option<Spot>) -> Option<(Option<Spot>, Wait)> {
        let (known, at) = self.all.get_mut(&wait)?;
        let from = std::mem::replace(at, to);
        from.and_then(|spot| self.at.remove(&(spot, wait.get())));
        self.at.extend(to.map(|spot| ((spot, wait.get()), wait)));
        Some((from, *known))
    }
}
