//! Which waits are open, for what, and since when?
//!
//! A [`Wait`] is one stored waker. It stays at its place until an event says that it was served, or
//! has ended. A task that waits for several things at once (`select!`, `join!`) has a wait for
//! each. A wait may be open although its task does something else by now: a `select!` that polled a
//! socket by reference is over, and the socket still has the waker.
//!
//! Interface: [`Waits`] is the table: [`Waits::at`], [`Waits::line`], [`Waits::handed`] and
//! [`Waits::at_primitive`] give the waits at a place, [`Waits::stored`] the wait with a number, and
//! [`Waits::put`] moves one.
//!
//! Invariant: each wait is at one place at most.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Direction, Id, Resource, WaitNow};

/// A waker that is stored somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// Its entry in a snapshot. Its age and whether it was served are filled in when one is taken.
    pub now: WaitNow,
    /// When it began, by the runtime's clock.
    pub began: Duration,
    /// The last record that stored or renewed its waker.
    pub renewed: u64,
    /// For a source: when a report took its waker.
    pub(super) reported: Option<Duration>,
    /// How many polls its task had had by then.
    pub(super) polls_before_report: u64,
}

/// A place where wakers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    Timer(Id),
    Source(Id, Direction),
    Task(Id),
    Sync(Id, Part),
}

/// A place of a primitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// In line, with this ticket.
    Line(usize),
    /// Given what it waited for, and out of the line in which it had this ticket.
    Handed(usize),
    /// Waiting for a value.
    Value,
    /// Waiting for the channel to be closed.
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

    /// Is there room for one waker only, so that a new waker replaces the old one?
    pub(super) fn is_for_one(self) -> bool {
        matches!(self, Spot::Timer(_) | Spot::Task(_) | Spot::Sync(.., Part::Value))
    }
}

/// The waits that are open.
#[derive(Clone, Debug, Default)]
pub(super) struct Waits {
    /// The waits by number, each with the place of its waker; `None`: the waker was taken.
    pub(super) all: BTreeMap<Id, (Wait, Option<Spot>)>,
    /// The waits by place, a line from front to back. The key has the wait's number, too.
    at: BTreeMap<(Spot, u64), Id>,
}

impl Waits {
    /// The waits at this place.
    pub(super) fn at(&self, spot: Spot) -> impl Iterator<Item = &Wait> {
        self.between(spot, spot)
    }

    /// The waits in line at a primitive, front to back.
    pub(super) fn line(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        let place = |ticket| Spot::Sync(sync, Part::Line(ticket));
        self.between(place(0), place(usize::MAX))
    }

    /// The waits that were given what they waited for in line, and have not taken it yet.
    pub(super) fn handed(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        let place = |ticket| Spot::Sync(sync, Part::Handed(ticket));
        self.between(place(0), place(usize::MAX))
    }

    /// All waits at a primitive.
    pub(super) fn at_primitive(&self, sync: Id) -> impl Iterator<Item = &Wait> {
        self.between(Spot::Sync(sync, Part::Line(0)), Spot::Sync(sync, Part::Closed))
    }

    fn between(&self, first: Spot, last: Spot) -> impl Iterator<Item = &Wait> {
        let found = self.at.range((first, 0)..=(last, u64::MAX));
        found.filter_map(|(_, wait)| Some(&self.all.get(wait)?.0))
    }

    /// The wait with this number, if its waker is stored.
    pub(super) fn stored(&self, wait: Id) -> Option<&Wait> {
        self.all.get(&wait).filter(|(_, at)| at.is_some()).map(|(wait, _)| wait)
    }

    /// Moves the waker of a wait to a place, or with `None` removes it. Returns its old place and
    /// the wait.
    pub(super) fn put(&mut self, wait: Id, to: Option<Spot>) -> Option<(Option<Spot>, Wait)> {
        let (known, at) = self.all.get_mut(&wait)?;
        let from = std::mem::replace(at, to);
        from.and_then(|spot| self.at.remove(&(spot, wait.get())));
        self.at.extend(to.map(|spot| ((spot, wait.get()), wait)));
        Some((from, *known))
    }
}
