//! Which tasks are waiting for a channel's room, a lock, a permit or news, and which is next?
//!
//! A [`WaitList`] is a line of waiters in order of arrival. The places are entries of a slab,
//! linked by their numbers, so that joining, being served and leaving from the middle take the same
//! few steps however long the line is. A waiter's future keeps its [`Key`] and gives it back
//! exactly once: when it has what it waited for, or when it is dropped.
//!
//! A waiter wants one or more *units* (room in a channel, permits). It is served in one of two
//! ways:
//!
//! * [`give`](WaitList::give): the unit goes to the first in line *now*, before its task runs. A
//!   waiter that has all it wants leaves the line, but keeps its entry until it comes to collect.
//!   What was given to a waiter that is dropped without collecting is returned by
//!   [`leave`](WaitList::leave), and the caller passes it on.
//! * [`serve_all`](WaitList::serve_all): what all have waited for is there, or never comes. All
//!   leave the line and get nothing (`wait_together.rs`).
//!
//! Each waiter draws a *ticket* when it joins: a number that is higher than those of all waiters
//! that are here, in line or still to collect, and 1 if there is none. Events name a waiter by its
//! ticket. Its position would change each time a waiter in front of it leaves, and finding it would
//! mean walking the line.
//!
//! Interface: [`WaitList`], [`Key`], [`Left`], and [`ToWake`], the wakers that are
//! carried out of a locked section and called after it.
//!
//! Invariants: the newest waker of a waiter that is in line is here (`WakerSlot`). Tickets grow
//! from the front to the back. Nothing here clones, calls or drops a waker: all three run foreign
//! code, and the list is used under a lock (`store_waker`). Each function touches a fixed number of
//! entries, and a test counts them; except `give`, `serve_all` and `dissolve`, which may serve
//! many, and `missing`, which asks all. An empty list has given back the capacity that a burst had
//! grown.
//!
//! Not here: the lock, the units, events.
//!
//! tokio: an intrusive list whose nodes are inside the futures themselves. It allocates nothing,
//! but needs `unsafe` and pinned futures. The slab allocates when the line grows beyond its longest
//! since it was last empty.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Waker};
use std::{iter, mem};

use kettle_runtime::event::{KeptId, Open};
use kettle_runtime::{Call, Old, WakerSlot};
use slab::Slab;

/// An empty list keeps this many entries.
const KEEP: usize = 64;

/// No neighbour.
const NO_KEY: usize = usize::MAX;

/// A line of waiters, served in the order of arrival.
#[derive(Debug)]
pub(crate) struct WaitList {
    waiters: Slab<Waiter>,
    first: usize,
    last: usize,
    /// The ticket that was drawn last.
    last_ticket: usize,
}

/// One waiter's entry. It is in line exactly while `missing > 0`.
#[derive(Debug)]
struct Waiter {
    /// Empty once it was taken to be woken.
    waker: WakerSlot,
    /// The order of arrival.
    ticket: usize,
    /// Units it was given and has not collected.
    got: usize,
    /// Units it still wants.
    missing: usize,
    /// What it got was given to the last in line.
    as_last: bool,
    ahead: usize,
    behind: usize,
}

/// Names one waiter of one list, until it leaves.
#[derive(Debug)]
pub(crate) struct Key {
    at: usize,
    /// Given up with the place, unless its waiter has said that it has got what it waited for.
    pub(crate) wait: Open,
}

/// What a waiter leaves behind.
#[must_use = "what was given must be collected or passed on; the waker be dropped outside the lock"]
pub(crate) struct Left {
    /// The units it had been given.
    pub(crate) got: usize,
    /// It was given them as the last in line.
    pub(crate) as_last: bool,
    /// Its waker, if it was not taken.
    pub(crate) parked: Option<Call>,
}

impl WaitList {
    pub(crate) const fn new() -> WaitList {
        WaitList { waiters: Slab::new(), first: NO_KEY, last: NO_KEY, last_ticket: 0 }
    }

    /// Is the line empty? (Some waiters may still have to collect.)
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == NO_KEY
    }

    /// Joins the end of the line, wanting so many units.
    pub(crate) fn join(&mut self, wanted: usize, waker: Waker) -> Key {
        self.insert(wanted, WakerSlot::new(waker))
    }

    /// The same before there is a waker: [`renew`](WaitList::renew) brings it.
    pub(crate) fn join_early(&mut self, wanted: usize) -> Key {
        self.insert(wanted, WakerSlot::EMPTY)
    }

    fn insert(&mut self, wanted: usize, waker: WakerSlot) -> Key {
        debug_assert!(wanted > 0, "a waiter must want something");
        let ticket = if self.waiters.is_empty() { 1 } else { self.last_ticket + 1 };
        let (ahead, behind) = (self.last, NO_KEY);
        let (got, missing, as_last) = (0, wanted, false);
        let key =
            self.waiters.insert(Waiter { waker, ticket, got, missing, as_last, ahead, behind });
        match self.last {
            NO_KEY => self.first = key,
            last => self.slot_mut(last).behind = key,
        }
        (self.last, self.last_ticket) = (key, ticket);
        Key { at: key, wait: Open::NONE }
    }

    /// Joins the line, or stays in it with the newest waker. `None`: a clone of it is needed first.
    pub(crate) fn wait(
        &mut self,
        wanted: usize,
        place: &mut Option<Key>,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Old> {
        if let Some(key) = place {
            return self.renew(key, cx, clone);
        }
        *place = Some(self.join(wanted, WakerSlot::newest(cx, clone)?));
        Some(Old::NONE)
    }

    /// Keeps the newest waker of a waiter in line. `None`: a clone of it is needed first.
    pub(crate) fn renew(
        &mut self,
        key: &Key,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Old> {
        self.slot_mut(key.at).waker.store(cx, clone)
    }

    /// Does this waiter have all it wants?
    pub(crate) fn is_served(&self, key: &Key) -> bool {
        self.slot(key.at).missing == 0
    }

    /// The waker of this waiter is stored for its wait: which is that, says `asked`, which gets the
    /// ticket that the waiter drew when it joined.
    pub(crate) fn asked(&mut self, key: &mut Key, asked: impl FnOnce(&mut Open, usize) -> KeptId) {
        let waiter = self.slot_mut(key.at);
        waiter.waker.stored_for(asked(&mut key.wait, waiter.ticket));
    }

    /// Gives units to the waiters from the front of the line on, as long as there are both. What is
    /// left of `units` is free.
    pub(crate) fn give(&mut self, units: &mut usize, to_wake: &mut ToWake) {
        while *units > 0 && self.first != NO_KEY {
            to_wake.extend(self.give_first(units));
        }
    }

    /// The same for the first in line only. Returns its waker if it now has all it wants.
    pub(crate) fn give_first(&mut self, units: &mut usize) -> Option<Call> {
        if self.first == NO_KEY { None } else { self.give_to(self.first, units) }
    }

    /// The same for the last in line only.
    pub(crate) fn give_last(&mut self, units: &mut usize) -> Option<Call> {
        let key = self.last;
        if key == NO_KEY {
            return None;
        }
        self.slot_mut(key).as_last = true;
        self.give_to(key, units)
    }

    fn give_to(&mut self, key: usize, units: &mut usize) -> Option<Call> {
        let waiter = self.slot_mut(key);
        let some = waiter.missing.min(*units);
        *units -= some;
        waiter.got += some;
        waiter.missing -= some;
        if waiter.missing > 0 {
            return None;
        }
        let parked = waiter.waker.take();
        self.unlink(key);
        parked
    }

    /// Ends the line: all waiters leave it. Returns what was given and not collected.
    pub(crate) fn dissolve(&mut self, to_wake: &mut ToWake) -> usize {
        self.serve_all(to_wake);
        self.waiters.iter_mut().map(|(_, waiter)| mem::take(&mut waiter.got)).sum()
    }

    /// How many units the waiters in line want, taken together.
    pub(crate) fn missing(&self) -> usize {
        let missing = self.waiters.iter().map(|(_, waiter)| waiter.missing);
        missing.fold(0, usize::saturating_add)
    }

    /// All waiters leave the line, as if each had been given what it wants; they get nothing.
    pub(crate) fn serve_all(&mut self, to_wake: &mut ToWake) {
        while self.first != NO_KEY {
            let key = self.first;
            let waiter = self.slot_mut(key);
            waiter.missing = 0;
            to_wake.extend(waiter.waker.take());
            self.unlink(key);
        }
    }

    /// The waiter has what it waited for, and leaves.
    pub(crate) fn collect(&mut self, mut key: Key) -> Left {
        key.wait.got();
        self.leave(key)
    }

    /// The waiter leaves, from any place in the line.
    pub(crate) fn leave(&mut self, Key { at: key, wait }: Key) -> Left {
        drop(wait);
        if self.slot(key).missing > 0 {
            self.unlink(key);
        }
        let Waiter { mut waker, got, as_last, .. } = self.waiters.remove(key);
        if self.waiters.is_empty() && self.waiters.capacity() > KEEP {
            self.waiters = Slab::new();
        }
        Left { got, as_last, parked: waker.take() }
    }

    fn unlink(&mut self, key: usize) {
        let Waiter { ahead, behind, .. } = *self.slot(key);
        match ahead {
            NO_KEY => self.first = behind,
            ahead => self.slot_mut(ahead).behind = behind,
        }
        match behind {
            NO_KEY => self.last = ahead,
            behind => self.slot_mut(behind).ahead = ahead,
        }
    }

    #[inline]
    fn slot(&self, key: usize) -> &Waiter {
        #[cfg(test)]
        tests::count();
        &self.waiters[key]
    }

    #[inline]
    fn slot_mut(&mut self, key: usize) -> &mut Waiter {
        #[cfg(test)]
        tests::count();
        &mut self.waiters[key]
    }
}

/// The wakers to call once the lock is released.
///
/// Almost always none or one. Only more than that allocates.
#[must_use = "they wait to be woken"]
#[derive(Debug, Default)]
pub(crate) struct ToWake {
    first: Option<Call>,
    others: Vec<Call>,
}

impl ToWake {
    pub(crate) fn none() -> ToWake {
        ToWake::default()
    }

    /// All of them, in the order in which they were added.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.first.iter().chain(&self.others)
    }

    /// Calls them in the order in which they were added. Never under a lock.
    ///
    /// If one panics, the others are called all the same, and then the first panic goes on. (tokio
    /// drops the others: their tasks sleep on.)
    #[inline]
    pub(crate) fn wake(self) {
        let Some(first) = self.first else { return };
        if self.others.is_empty() { first.wake() } else { wake_all(first, self.others) }
    }
}

#[cold]
fn wake_all(first: Call, others: Vec<Call>) {
    let call = |waker: Call| catch_unwind(AssertUnwindSafe(|| waker.wake())).err();
    let mut panics = iter::once(first).chain(others).filter_map(call);
    let panic = panics.next();
    // The value of another panic is leaked: its drop might panic again.
    panics.for_each(mem::forget);
    if let Some(panic) = panic {
        resume_unwind(panic);
    }
}

impl Extend<Call> for ToWake {
    #[inline]
    fn extend<I: IntoIterator<Item = Call>>(&mut self, all: I) {
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
#[path = "wait_list_tests.rs"]
mod tests;
