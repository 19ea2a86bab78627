//! What is known of a primitive of `sync`?
//!
//! They all report themselves in the same few words (`Resource::Sync` in the events says how): what
//! is counted, which task took how much of it, which tasks are in line. So one [`Primitive`] serves
//! all kinds, channels and locks too.
//!
//! What is taken is a *hold* with a number, which its guard carries: so it is known when it ends,
//! on whichever task or thread.
//!
//! Not here: which event changes what (`sync.rs`), which waiter is where (`places.rs`).

use std::collections::VecDeque;

use kettle_events::{Act, Id, Place, SyncKind, Units};

use super::things::Holder;

/// A channel, a lock or another primitive of `sync`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Primitive {
    /// What kind.
    pub kind: SyncKind,
    /// Where it was made, if that was seen.
    pub made: Option<Place>,
    /// How many values it can hold; `None`: any number, or not known, or it holds none.
    pub room: Option<usize>,
    /// What its kind counts, as far as is known: values, free permits, tasks missing at a barrier.
    pub count: Option<usize>,
    /// What it counted when it was made.
    pub(crate) first: Option<usize>,
    /// How many senders there are, if it is a channel for values in order and that is known.
    pub senders: Option<usize>,
    /// Was it closed, and not opened since?
    pub closed: bool,
    /// How many permits were ever in it: those, and what was added.
    pub(crate) ever: Option<usize>,
    /// What is held of it (of a channel: reserved places), and how much; by number, the last is
    /// newest.
    pub holders: Vec<(Units, Holder)>,
    /// The values that are in it: each one's number, and the record that put it there.
    pub(super) puts: VecDeque<(u64, u64)>,
    /// The task that took a value out of it last.
    pub(crate) receiver: Option<Id>,
    /// So many wakers are stored at it.
    pub(super) waiting: usize,
    /// All waiters were told, and there was none: nothing of it is stored. Of a barrier: one that
    /// was counted has left.
    pub(crate) unheard: bool,
    /// How often it was taken, or something was put in.
    pub uses: u64,
    /// The record of what was done to it last.
    pub(super) acted: Option<u64>,
}

impl Primitive {
    pub(super) fn new(kind: SyncKind) -> Primitive {
        Primitive {
            kind,
            made: None,
            room: None,
            count: None,
            first: None,
            ever: None,
            senders: None,
            closed: false,
            holders: Vec::new(),
            puts: VecDeque::new(),
            receiver: None,
            waiting: 0,
            unheard: false,
            uses: 0,
            acted: None,
        }
    }

    /// Does nothing wait at it?
    pub(super) fn is_idle(&self) -> bool {
        self.waiting == 0
    }

    /// The newest holders, as many as a page shows.
    pub fn latest_holders(&self) -> &[(Units, Holder)] {
        &self.holders[self.holders.len().saturating_sub(64)..]
    }

    /// Does a task hold all of it, so that no other can have any?
    pub fn is_exclusive(&self) -> bool {
        self.holders.iter().any(|(units, _)| *units == Units::All)
    }

    /// Are these more permits than it has ever had? Known only if it was seen from its beginning.
    pub(crate) fn never_had(&self, units: Units) -> bool {
        matches!(units, Units::Count(some) if self.ever.is_some_and(|ever| some as usize > ever))
    }

    /// Does a waiter that was served own something before it takes it?
    pub(super) fn gives(&self) -> bool {
        self.kind.is_lock() || self.kind == SyncKind::Semaphore
    }

    /// Can nothing more happen to it? Known only of channels for values in order.
    pub(super) fn is_over(&self) -> bool {
        let over = self.senders == Some(0) || self.kind == SyncKind::Oneshot && self.closed;
        self.kind.is_channel() && over && self.is_idle() && self.count == Some(0)
    }

    pub(super) fn taken(&mut self, by: Holder, units: Units) {
        if units == Units::Count(0) {
            return;
        }
        let index = self.holders.partition_point(|(_, other)| other.hold < by.hold);
        self.holders.insert(index, (units, by));
    }

    /// So much of a hold has ended. Was it known? (Of a guard that was taken out of sight, nothing
    /// is.)
    pub(super) fn given_up(&mut self, hold: u64, units: Units) -> bool {
        let Ok(index) = self.holders.binary_search_by_key(&hold, |(_, holder)| holder.hold) else {
            return hold == 0;
        };
        let held = &mut self.holders[index].0;
        match (*held, units) {
            (Units::Count(all), Units::Count(some)) if all > some => {
                *held = Units::Count(all - some);
            }
            // A writer that goes on as a reader.
            (Units::All, Units::Count(_)) => *held = Units::Count(1),
            (all, some) => {
                self.holders.remove(index);
                return all == some;
            }
        }
        true
    }

    /// The record that began this hold.
    pub(super) fn taken_at(&self, hold: u64) -> Option<u64> {
        let index = self.holders.binary_search_by_key(&hold, |(_, holder)| holder.hold).ok()?;
        Some(self.holders[index].1.since)
    }

    /// A value was put, got or forgotten, and now so many are in it: which record has put it there?
    /// `Err`: none has.
    pub(super) fn value(
        &mut self,
        act: Act,
        (item, seq): (u64, u64),
        now: usize,
    ) -> Result<Option<u64>, ()> {
        let found = self.puts.binary_search_by_key(&item, |(number, _)| *number);
        if act == Act::Put {
            self.puts.push_back((item, seq));
        }
        let put = found.ok().map(|index| self.puts[index].1);
        let gone = self.puts.len().saturating_sub(now);
        self.puts.drain(..gone);
        // The first value of a watch is its maker's.
        let is_made = self.kind == SyncKind::Watch && item == 1;
        if act == Act::Get && put.is_none() && !is_made { Err(()) } else { Ok(put) }
    }

    /// Permits go from one hold into another, and were never free.
    pub(super) fn moved(&mut self, from: u64, into: u64, units: Units) -> bool {
        let known = self.given_up(from, units);
        let into = self.holders.iter_mut().find(|(_, holder)| holder.hold == into);
        if let (Some((Units::Count(all), _)), Units::Count(some)) = (into, units) {
            *all += some;
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(primitive: &mut Primitive, hold: u64, units: u32) {
        let by = Holder { hold, task: Some(Id::next()), owned: true, since: 1, at: None };
        primitive.taken(by, Units::Count(units));
    }

    fn held(primitive: &Primitive) -> Vec<(u64, Units)> {
        primitive.holders.iter().map(|(units, holder)| (holder.hold, *units)).collect()
    }

    #[test]
    fn each_hold_ends_once_in_any_order() {
        let mut semaphore = Primitive::new(SyncKind::Semaphore);
        for (hold, units) in [(1, 1), (4, 2), (3, 2)] {
            takes(&mut semaphore, hold, units);
        }
        assert!(semaphore.given_up(3, Units::Count(1)));
        assert_eq!(
            held(&semaphore),
            [(1, 1), (3, 1), (4, 2)].map(|(id, it)| (id, Units::Count(it)))
        );
        assert!(semaphore.moved(4, 1, Units::Count(2)));
        assert_eq!(held(&semaphore), [(1, 3), (3, 1)].map(|(id, it)| (id, Units::Count(it))));
        assert!(semaphore.given_up(3, Units::Count(1)));
        assert!(!semaphore.given_up(3, Units::Count(1)), "it has ended");
        assert!(semaphore.given_up(0, Units::Count(1)), "it began out of sight");
        assert!(!semaphore.given_up(1, Units::Count(4)), "it has three");
    }
}
