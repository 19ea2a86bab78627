//! Which tasks are waiting for room, a lock, a permit or a change, and which is next?
//!
//! A [`WaitList`] is a line of waiters in order of arrival. Their entries are in a slab and linked
//! by index, so that joining, being served and leaving from the middle take the same few steps
//! however long the line is. A waiter's future keeps its [`Key`] and gives it back exactly once:
//! when its wait is over, or when it is dropped.
//!
//! A waiter wants one or more *units* (room in a channel, permits). It is served in one of two
//! ways:
//!
//! * [`assign`](WaitList::assign): the unit goes to the first in line *now*, before its task runs.
//!   A waiter that has all its units leaves the line, but keeps its entry until it collects them.
//!   If it is dropped without collecting, [`leave`](WaitList::leave) returns its units, and the
//!   caller passes them on.
//! * [`serve_all`](WaitList::serve_all): the wait is over for all. They leave the line and don't
//!   get units (`wait_together.rs`).
//!
//! Each waiter draws a *ticket* when it joins, a number higher than any other entry's ticket, or 1
//! if there is no other entry. Events name a waiter by its ticket, because its position changes
//! each time a waiter in front of it leaves, and finding it would mean walking the line.
//!
//! Interface: [`WaitList`], [`Key`], [`Removed`], and [`ToWake`], the wakers that are moved out of
//! a locked section and called afterwards.
//!
//! Invariants: the newest waker of each waiter in line is here (`WakerSlot`). Tickets grow from
//! front to back. No function clones, calls or drops a waker, because all three run foreign code
//! and the list is used under a lock (`store_waker`). A test counts that each function touches a
//! fixed number of entries; `assign`, `serve_all` and `dissolve` may serve many, and `missing`
//! visits all. An empty list has freed the capacity that a burst needed.
//!
//! Not here: the lock, the units, events.
//!
//! tokio: an intrusive list with its nodes inside the futures. It never allocates, but needs
//! `unsafe` and pinned futures. The slab allocates when the line grows longer than before.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Waker};
use std::{iter, mem};

use kettle_runtime::event::{StoredId, Wait};
use kettle_runtime::{Call, Old, WakerSlot};
use slab::Slab;

/// An empty list keeps room for this many entries.
const KEEP: usize = 64;

/// No neighbour.
const NO_KEY: usize = usize::MAX;

/// Invariants, for whoever breaks one.
const NEWEST: &str = "sync/wait_list.rs: the newest waker of each waiter in line is here";
const GROW: &str = "sync/wait_list.rs: tickets grow from front to back";
const LINKED: &str = "sync/wait_list.rs: a waiter in line is linked with its neighbours";
const TRIMMED: &str = "sync/wait_list.rs: an empty list frees what a burst needed";

/// A line of waiters, served in order of arrival.
#[derive(Debug)]
pub(crate) struct WaitList {
    waiters: Slab<Waiter>,
    first: usize,
    last: usize,
    /// The last ticket drawn.
    last_ticket: usize,
}

/// One waiter's entry. It is in line exactly while `missing > 0`.
#[derive(Debug)]
struct Waiter {
    /// Empty once it has been taken to be called.
    waker: WakerSlot,
    /// The order of arrival.
    ticket: usize,
    /// Units that the waiter was given and hasn't collected.
    units: usize,
    /// Units that the waiter still wants.
    missing: usize,
    /// Whether the waiter was given its units as the last in line.
    as_last: bool,
    ahead: usize,
    behind: usize,
}

/// The key of one waiter in one list, until it leaves.
#[derive(Debug)]
pub(crate) struct Key {
    at: usize,
    /// Its wait, which is given up with the key, unless the waiter has collected.
    pub(crate) wait: Wait,
}

/// The remains of a waiter that has left.
#[must_use = "what was given must be collected or passed on; the waker be dropped outside the lock"]
pub(crate) struct Removed {
    /// The units that the waiter had been given.
    pub(crate) units: usize,
    /// Whether it was given them as the last in line.
    pub(crate) as_last: bool,
    /// Its waker, if that had not been taken.
    pub(crate) parked: Option<Call>,
}

impl WaitList {
    pub(crate) const fn new() -> WaitList {
        WaitList { waiters: Slab::new(), first: NO_KEY, last: NO_KEY, last_ticket: 0 }
    }

    /// Returns whether the line is empty, although some waiters may still have to collect.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.first == NO_KEY
    }

    /// Joins the end of the line for `wanted` units.
    pub(crate) fn join(&mut self, wanted: usize, waker: Waker) -> Key {
        self.insert(wanted, WakerSlot::new(waker))
    }

    /// The same without a waker, which [`renew`](WaitList::renew) stores later.
    pub(crate) fn join_early(&mut self, wanted: usize) -> Key {
        self.insert(wanted, WakerSlot::EMPTY)
    }

    fn insert(&mut self, wanted: usize, waker: WakerSlot) -> Key {
        debug_assert!(wanted > 0, "a waiter must want something");
        let ticket = if self.waiters.is_empty() { 1 } else { self.last_ticket + 1 };
        let (ahead, behind) = (self.last, NO_KEY);
        let (units, missing, as_last) = (0, wanted, false);
        let key =
            self.waiters.insert(Waiter { waker, ticket, units, missing, as_last, ahead, behind });
        match self.last {
            NO_KEY => self.first = key,
            last => self.slot_mut(last).behind = key,
        }
        (self.last, self.last_ticket) = (key, ticket);
        self.check(key);
        Key { at: key, wait: Wait::NONE }
    }

    /// Joins the line, or stays in it with the newest waker. Returns `None` if it needs a clone
    /// first.
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
        Some(Old(WakerSlot::EMPTY))
    }

    /// Stores the newest waker of a waiter in line. Returns `None` if it needs a clone first.
    pub(crate) fn renew(
        &mut self,
        key: &Key,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Old> {
        self.slot_mut(key.at).waker.store(cx, clone)
    }

    /// Returns whether this waiter has all its units.
    pub(crate) fn is_served(&self, key: &Key) -> bool {
        self.slot(key.at).missing == 0
    }

    /// Ties this waiter's waker to its wait. `id` returns the wait's number for the ticket that the
    /// waiter drew when it joined.
    pub(crate) fn set_wait(
        &mut self,
        key: &mut Key,
        id: impl FnOnce(&mut Wait, usize) -> StoredId,
    ) {
        let waiter = self.slot_mut(key.at);
        debug_assert!(!waiter.waker.is_empty(), "{NEWEST}: ticket {}", waiter.ticket);
        waiter.waker.stored_for(id(&mut key.wait, waiter.ticket));
    }

    /// Gives units to the waiters from the front of the line, while there are both. Units left in
    /// `units` are free.
    pub(crate) fn assign(&mut self, units: &mut usize, to_wake: &mut ToWake) {
        while *units > 0 && self.first != NO_KEY {
            to_wake.extend(self.assign_first(units));
        }
    }

    /// The same for the first in line only. Returns its waker if it now has all its units.
    pub(crate) fn assign_first(&mut self, units: &mut usize) -> Option<Call> {
        if self.first == NO_KEY { None } else { self.assign_to(self.first, units) }
    }

    /// The same for the last in line only.
    pub(crate) fn assign_last(&mut self, units: &mut usize) -> Option<Call> {
        let key = self.last;
        if key == NO_KEY {
            return None;
        }
        self.slot_mut(key).as_last = true;
        self.assign_to(key, units)
    }

    fn assign_to(&mut self, key: usize, units: &mut usize) -> Option<Call> {
        let waiter = self.slot_mut(key);
        let some = waiter.missing.min(*units);
        *units -= some;
        waiter.units += some;
        waiter.missing -= some;
        if waiter.missing > 0 {
            return None;
        }
        let parked = waiter.waker.take();
        self.unlink(key);
        parked
    }

    /// Ends the line, so that all waiters leave it. Returns the units given but not collected.
    pub(crate) fn dissolve(&mut self, to_wake: &mut ToWake) -> usize {
        self.serve_all(to_wake);
        self.waiters.iter_mut().map(|(_, waiter)| mem::take(&mut waiter.units)).sum()
    }

    /// Returns how many units the waiters in line want in total.
    pub(crate) fn missing(&self) -> usize {
        let missing = self.waiters.iter().map(|(_, waiter)| waiter.missing);
        missing.fold(0, usize::saturating_add)
    }

    /// Makes all waiters leave the line as if they had been served, but without units.
    pub(crate) fn serve_all(&mut self, to_wake: &mut ToWake) {
        while self.first != NO_KEY {
            let key = self.first;
            let waiter = self.slot_mut(key);
            waiter.missing = 0;
            to_wake.extend(waiter.waker.take());
            self.unlink(key);
        }
    }

    /// Removes a waiter whose wait is over.
    pub(crate) fn collect(&mut self, mut key: Key) -> Removed {
        key.wait.got();
        self.leave(key)
    }

    /// Removes a waiter from any place in the line.
    pub(crate) fn leave(&mut self, Key { at: key, wait }: Key) -> Removed {
        drop(wait);
        if self.slot(key).missing > 0 {
            self.unlink(key);
        }
        let Waiter { mut waker, units, as_last, .. } = self.waiters.remove(key);
        if self.waiters.is_empty() && self.waiters.capacity() > KEEP {
            self.waiters = Slab::new();
        }
        let is_trimmed = !self.waiters.is_empty() || self.waiters.capacity() <= KEEP;
        debug_assert!(is_trimmed, "{TRIMMED}: room for {}", self.waiters.capacity());
        Removed { units, as_last, parked: waker.take() }
    }

    /// What is in line is linked with its neighbours, who came earlier and later.
    fn check(&self, key: usize) {
        let Waiter { ticket, ahead, behind, .. } = &self.waiters[key];
        let (ahead, behind) = (self.waiters.get(*ahead), self.waiters.get(*behind));
        let from_ahead = ahead.map_or(self.first, |it| it.behind);
        let from_behind = behind.map_or(self.last, |it| it.ahead);
        debug_assert_eq!([from_ahead, from_behind], [key; 2], "{LINKED}: ticket {ticket}");
        let is_later = ahead.is_none_or(|it| it.ticket < *ticket);
        let is_earlier = behind.is_none_or(|it| *ticket < it.ticket);
        debug_assert!(is_later && is_earlier, "{GROW}: ticket {ticket}");
    }

    fn unlink(&mut self, key: usize) {
        self.check(key);
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

/// The wakers to call once the lock has been released.
///
/// There is almost always at most one; only more than one needs an allocation.
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

    /// Returns all of them, in the order in which they were added.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &Call> {
        self.first.iter().chain(&self.others)
    }

    /// Calls them in the order in which they were added. Must not be called under a lock.
    ///
    /// If one panics, calls the others before it resumes the first panic. tokio drops the others,
    /// so their tasks sleep on.
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
    // Another panic's value is leaked, because dropping it might panic again.
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
