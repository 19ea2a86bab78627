//! Who waits for a channel's room, a lock, a permit, and who is next?
//!
//! A [`WaitList`]: a line in which everybody stands in the order of arrival. The places are slots
//! of a slab, linked by their numbers, so that joining, being served and leaving from the middle
//! cost the same few steps however long the line is. A waiter's future keeps its [`Key`] and gives
//! it back exactly once: when it has what it waited for, or when it is dropped.
//!
//! A waiter wants one or more *units* (room in a channel, permits). There are two ways to serve:
//!
//! * [`give`](WaitList::give): the unit goes to the first in line *now*, before it runs. When it
//!   has all it wants it steps out of the line, keeping its slot until it comes to collect. What
//!   was given to a waiter that leaves without collecting is returned by
//!   [`leave`](WaitList::leave), and the caller passes it on.
//! * [`call`](WaitList::call): the first is only woken (*called*); it stays in line, takes what it
//!   wants by itself, and leaves. Whoever uses this lets nobody past while the line is not empty. The
//!   mutex does, and needs nothing of `give`; channels give.
//!
//! Interface: [`WaitList`], [`Key`], [`Left`], and [`ToWake`], the wakers that are carried out of a
//! locked section and called after it.
//!
//! Invariants: a waiter that stands in line and was not called has its newest waker here. Nothing
//! here wakes anybody or drops anybody's waker: both are foreign code, and the list is used under
//! a lock. (Cloning a waker, in `join` and `renew`, is foreign code too; it happens under the
//! lock, as it does in tokio.) An empty list has given the capacity of a burst back.
//!
//! Not here: the lock, the units, events.
//!
//! tokio: an intrusive list whose nodes lie in the futures themselves: no allocation, but `unsafe`
//! and pinned futures. The slab allocates when the line becomes longer than it was since it was empty.

use std::task::Context;

use kettle_runtime::Parked;
use kettle_runtime::event::Replaced;
use slab::Slab;

/// An empty list keeps this many slots.
const KEEP: usize = 64;

/// No neighbour.
const NOBODY: usize = usize::MAX;

/// A line of waiters, served in the order of arrival.
#[derive(Debug)]
pub(crate) struct WaitList {
    waiters: Slab<Waiter>,
    first: usize,
    last: usize,
}

/// One waiter's slot. It is in line exactly while `missing > 0`.
#[derive(Debug)]
struct Waiter {
    /// `None` once it was taken to be woken.
    parked: Option<Parked>,
    /// Units it was given and has not collected.
    got: usize,
    /// Units it still wants.
    missing: usize,
    ahead: usize,
    behind: usize,
}

/// Names one waiter of one list, until it leaves.
#[derive(Debug)]
pub(crate) struct Key(usize);

/// What a waiter leaves behind.
#[must_use = "what was given must be collected or passed on; the waker be dropped outside the lock"]
pub(crate) struct Left {
    /// The units it had been given.
    pub(crate) got: usize,
    /// Its waker, if nobody took it.
    pub(crate) parked: Option<Parked>,
}

impl WaitList {
    pub(crate) const fn new() -> WaitList {
        WaitList { waiters: Slab::new(), first: NOBODY, last: NOBODY }
    }

    /// Does nobody stand in line? (Some may still have to collect.)
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == NOBODY
    }

    /// Joins the line's end, wanting so many units.
    pub(crate) fn join(&mut self, wanted: usize, cx: &Context<'_>) -> Key {
        debug_assert!(wanted > 0, "a waiter must want something");
        let parked = Some(Parked::new(cx));
        let waiter = Waiter { parked, got: 0, missing: wanted, ahead: self.last, behind: NOBODY };
        let key = self.waiters.insert(waiter);
        match self.last {
            NOBODY => self.first = key,
            last => self.waiters[last].behind = key,
        }
        self.last = key;
        Key(key)
    }

    /// Joins the line, or stays in it with the newest waker.
    pub(crate) fn wait(
        &mut self,
        wanted: usize,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> (Replaced, Option<Parked>) {
        if let Some(key) = place {
            return self.renew(key, cx);
        }
        *place = Some(self.join(wanted, cx));
        (Replaced::None, None)
    }

    /// Keeps the newest waker of a waiter in line. The old one is to be dropped outside the lock.
    pub(crate) fn renew(&mut self, key: &Key, cx: &Context<'_>) -> (Replaced, Option<Parked>) {
        Parked::store(&mut self.waiters[key.0].parked, cx)
    }

    /// Has this waiter all it wants?
    pub(crate) fn is_served(&self, key: &Key) -> bool {
        self.waiters[key.0].missing == 0
    }

    /// Is this waiter the first in line?
    pub(crate) fn is_first(&self, key: &Key) -> bool {
        self.first == key.0
    }

    /// The place in line, from 1. Counts: for events only.
    pub(crate) fn place(&self, key: &Key) -> usize {
        let mut place = 1;
        let mut at = self.waiters[key.0].ahead;
        while at != NOBODY {
            place += 1;
            at = self.waiters[at].ahead;
        }
        place
    }

    /// Gives units to the first in line, and to those behind it, as long as there are both. What
    /// is left of `units` belongs to nobody.
    pub(crate) fn give(&mut self, units: &mut usize, to_wake: &mut ToWake) {
        while *units > 0 && self.first != NOBODY {
            to_wake.extend(self.give_first(units));
        }
    }

    /// The same for the first in line only, who is to be woken if it now has all it wants.
    pub(crate) fn give_first(&mut self, units: &mut usize) -> Option<Parked> {
        let key = self.first;
        let waiter = self.waiters.get_mut(key)?;
        let some = waiter.missing.min(*units);
        *units -= some;
        waiter.got += some;
        waiter.missing -= some;
        if waiter.missing > 0 {
            return None;
        }
        let parked = waiter.parked.take();
        self.unlink(key);
        parked
    }

    /// Sends everybody away: the line ends here. Returns what was given and not collected.
    pub(crate) fn dissolve(&mut self, to_wake: &mut ToWake) -> usize {
        while let Some(waiter) = self.waiters.get_mut(self.first) {
            to_wake.extend(waiter.parked.take());
            waiter.missing = 0;
            let key = self.first;
            self.unlink(key);
        }
        self.waiters.iter_mut().map(|(_, waiter)| std::mem::take(&mut waiter.got)).sum()
    }

    /// The waker of the first in line, unless it was called already. The first stays in line.
    pub(crate) fn call(&mut self) -> Option<Parked> {
        self.waiters.get_mut(self.first)?.parked.take()
    }

    /// The waiter goes, from wherever it stands.
    pub(crate) fn leave(&mut self, Key(key): Key) -> Left {
        if self.waiters[key].missing > 0 {
            self.unlink(key);
        }
        let Waiter { parked, got, .. } = self.waiters.remove(key);
        if self.waiters.is_empty() && self.waiters.capacity() > KEEP {
            self.waiters = Slab::new();
        }
        Left { got, parked }
    }

    fn unlink(&mut self, key: usize) {
        let Waiter { ahead, behind, .. } = self.waiters[key];
        match ahead {
            NOBODY => self.first = behind,
            ahead => self.waiters[ahead].behind = behind,
        }
        match behind {
            NOBODY => self.last = ahead,
            behind => self.waiters[behind].ahead = ahead,
        }
    }
}

/// Those who are to be woken once the lock is released.
///
/// Almost always none or one: only more than that allocates.
#[must_use = "they wait to be woken"]
#[derive(Debug, Default)]
pub(crate) struct ToWake {
    first: Option<Parked>,
    others: Vec<Parked>,
}

impl ToWake {
    pub(crate) fn nobody() -> ToWake {
        ToWake::default()
    }

    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.others.len()
    }

    /// Wakes them in the order they were added. Never under a lock.
    #[inline]
    pub(crate) fn wake(self) {
        if let Some(first) = self.first {
            first.wake();
            self.others.into_iter().for_each(Parked::wake);
        }
    }
}

impl Extend<Parked> for ToWake {
    #[inline]
    fn extend<I: IntoIterator<Item = Parked>>(&mut self, all: I) {
        for parked in all {
            if self.first.is_none() {
                self.first = Some(parked);
            } else {
                self.others.push(parked);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn line(wanted: &[usize]) -> (WaitList, Vec<Key>) {
        let cx = Context::from_waker(Waker::noop());
        let mut list = WaitList::new();
        let keys = wanted.iter().map(|wanted| list.join(*wanted, &cx)).collect();
        (list, keys)
    }

    #[test]
    fn units_go_to_the_first_and_the_rest_is_left() {
        let (mut list, keys) = line(&[2, 1, 3]);
        let (mut units, mut to_wake) = (4, ToWake::nobody());
        list.give(&mut units, &mut to_wake);
        assert_eq!((units, to_wake.len()), (0, 2));
        assert!(list.is_served(&keys[0]) && list.is_served(&keys[1]));
        assert!(!list.is_served(&keys[2]) && list.is_first(&keys[2]));
        let got: Vec<usize> = keys.into_iter().map(|key| list.leave(key).got).collect();
        assert_eq!(got, [2, 1, 1]);
        list.give(&mut units, &mut to_wake);
        assert!(list.is_empty());
    }

    #[test]
    fn leaving_closes_the_gap() {
        let (mut list, mut keys) = line(&[1, 1, 1, 1]);
        drop(list.leave(keys.remove(1)));
        assert_eq!(keys.iter().map(|key| list.place(key)).collect::<Vec<_>>(), [1, 2, 3]);
        drop(list.leave(keys.remove(2)));
        drop(list.leave(keys.remove(0)));
        assert!(list.is_first(&keys[0]));
        assert_eq!(list.place(&keys[0]), 1);
        drop(list.leave(keys.remove(0)));
        assert!(list.is_empty() && list.call().is_none());
    }

    #[test]
    fn the_first_is_called_once() {
        let (mut list, keys) = line(&[1, 1]);
        assert!(list.call().is_some());
        assert!(list.call().is_none(), "it was called already");
        list.renew(&keys[0], &Context::from_waker(Waker::noop()));
        assert!(list.call().is_some(), "it was polled again, and waits again");
        assert!(list.is_first(&keys[0]));
    }

    #[test]
    fn a_burst_gives_its_capacity_back() {
        let (mut list, keys) = line(&vec![1; 10_000]);
        for key in keys {
            drop(list.leave(key));
        }
        assert!(list.waiters.capacity() <= KEEP);
    }
}
