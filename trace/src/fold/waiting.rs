//! Which waits are open, for what, and since when?
//!
//! A [`Wait`] has a waker, which stays at its place, a [`Spot`], until an event says that the wait
//! was served, or has ended. A task that waits for several things at once (`select!`, `join!`) has
//! a wait for each. A wait may be open although its task does something else by now: a `select!`
//! that polled a socket by reference is over, and the socket still has the waker.
//!
//! Interface: [`Waits`] is the table: [`Waits::at`], [`Waits::line`] and [`Waits::handed`] give the
//! waits at a place, [`Waits::stored`] the wait with a number, and [`Waits::put`] moves one;
//! [`Waits::is_awaited`] says whether any are at a primitive.
//!
//! Invariant: each wait is at one place at most.

use std::collections::BTreeMap;

use kettle_events::{Direction, Id, Resource, WaitNow};

/// An open wait.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// What a snapshot says of it: who waits (`by`), for what (`on`), and so on. Some fields are
    /// filled in when a snapshot is taken.
    pub now: WaitNow,
    /// The last record that stored or renewed its waker.
    pub renewed: u64,
    /// Where its waker is stored; `None`: the waker was taken.
    pub(super) spot: Option<Spot>,
    /// How many polls its task had had when a report of its source took the waker.
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

/// A place of a primitive. [`Waits::is_awaited`] needs the first and the last in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// In line, with this ticket: lower ones are served first.
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
    pub(super) all: BTreeMap<Id, Wait>,
    /// The waits whose wakers are stored, by place and then by number, so that those in a line are
    /// sorted from front to back.
    by_spot: BTreeMap<(Spot, u64), Id>,
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

    /// Is any wait at this primitive, at whichever of its places?
    pub(super) fn is_awaited(&self, sync: Id) -> bool {
        let (first, last) = (Spot::Sync(sync, Part::Line(0)), Spot::Sync(sync, Part::Closed));
        self.between(first, last).next().is_some()
    }

    fn between(&self, first: Spot, last: Spot) -> impl Iterator<Item = &Wait> {
        let found = self.by_spot.range((first, 0)..=(last, u64::MAX));
        found.filter_map(|(_, wait)| self.all.get(wait))
    }

    /// The wait with this number, if its waker is stored.
    pub(super) fn stored(&self, wait: Id) -> Option<&Wait> {
        self.all.get(&wait).filter(|wait| wait.spot.is_some())
    }

    /// Moves the waker of a wait to a place, or with `None` removes it. Returns the wait as it was.
    pub(super) fn put(&mut self, id: Id, to: Option<Spot>) -> Option<Wait> {
        let wait = self.all.get_mut(&id)?;
        let before = *wait;
        wait.spot = to;
        if let Some(spot) = before.spot {
            self.by_spot.remove(&(spot, id.get()));
        }
        self.by_spot.extend(to.map(|spot| ((spot, id.get()), id)));
        Some(before)
    }
}
