//! When does a task get permits, and where do returned permits go?
//!
//! [`Permits`] is a count of free permits (`free.rs`) and, under a lock, the line of tasks that are
//! waiting for more than are free. While the line is empty and nothing is being recorded, taking
//! permits and giving them back doesn't need the lock; events are emitted under it, so that they
//! are recorded in order. Returned permits go to the first in line, even before its task runs. Any
//! that are left go to the next waiter, and permits become free only when the line is empty. A
//! waiter that wants several permits may have some and wait for the rest, so a stream of small
//! requests can't overtake it.
//!
//! Other primitives build on `Permits`: a `Mutex` has one permit, and so has a `OnceCell`, for the
//! right to compute its value; an `RwLock`'s reader takes one permit and its writer all of them.
//!
//! Interface: [`Permits`].
//!
//! Invariants: whenever the lock is free, the count's flag for a line is set exactly while the line
//! isn't empty, and then no permit is free. Each permit is free, or held by a waiter, or taken by a
//! task that will give it back or forget it. No waker is cloned, called or dropped under the lock.
//!
//! Not here: the future (`acquire.rs`), a program's permits (`permit.rs`). The loom models in
//! `tests/models` run this file unchanged.
//!
//! tokio: `batch_semaphore.rs` takes the lock for each returned permit, even if no task is in line.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, Waker};

use kettle_runtime::event::{Act, Key as HoldKey, SyncKind, Units};
use kettle_runtime::{Call, Old, store_waker};

use super::error::{AcquireError, TryAcquireError};
use super::free::{self, Free, PutError, Taken};
use crate::sync::primitives::{StateGuard, StateLock};
use crate::sync::report::{Called, Hold, Known, Report, Reports};
use crate::sync::wait_list::{Key, Removed, ToWake, WaitList};

/// Permits, and the line of tasks waiting for them.
pub(in crate::sync) struct Permits {
    free: Free,
    line: StateLock<WaitList>,
    report: Report,
}

impl Reports for Permits {
    #[inline]
    fn called(&self) -> Called {
        self.report.called()
    }

    #[inline]
    fn known(&self) -> Option<&Known> {
        self.report.known()
    }
}

/// The outcome of a poll under the lock, with a left or replaced waker to be dropped outside.
enum Polled {
    Taken(HoldKey, Option<Call>),
    Closed(Option<Removed>),
    Wait(Old),
}

impl Permits {
    pub(in crate::sync) const MAX: usize = free::MAX;

    #[track_caller]
    pub(in crate::sync) const fn new(kind: SyncKind, permits: usize) -> Permits {
        let line = StateLock::new(WaitList::new());
        Permits { free: Free::new(permits), line, report: Report::new(kind, permits) }
    }

    /// Reports that the primitive was made. A `const fn` can't call this.
    pub(in crate::sync) fn made(&self) {
        self.report.made();
    }

    pub(in crate::sync) fn free(&self) -> usize {
        self.free.count()
    }

    /// Returns how many permits it was made with, which is all that a lock ever has.
    pub(in crate::sync) fn whole(&self) -> usize {
        self.report.count
    }

    pub(in crate::sync) fn is_closed(&self) -> bool {
        self.free.is_closed()
    }

    /// Takes permits, if that many are free, for a caller that doesn't wait. `owned` says whether
    /// its guard owns the primitive.
    #[inline]
    pub(in crate::sync) fn try_take(
        &self,
        permits: usize,
        owned: bool,
    ) -> Result<Hold, TryAcquireError> {
        let taken = self.take(permits, owned).inspect_err(|error| self.refused(permits, error));
        taken.map(|key| Hold { units: permits, key })
    }

    /// Reports that a caller carries on without permits or, after a close, without wanting any.
    #[cold]
    pub(in crate::sync) fn refused(&self, wanted: usize, error: &TryAcquireError) {
        if self.is_recorded() {
            let wanted = if *error == TryAcquireError::Closed { 0 } else { wanted };
            self.act(Act::Refuse, self.units(wanted), self.free());
        }
    }

    #[inline]
    fn take(&self, permits: usize, owned: bool) -> Result<HoldKey, TryAcquireError> {
        if self.is_recorded() {
            return self.take_recorded(permits, owned);
        }
        self.free.take(permits).map(|_| HoldKey::NONE)
    }

    // Separate and cold, because taking is inlined into the task and few programs are watched.
    #[cold]
    fn take_recorded(&self, permits: usize, owned: bool) -> Result<HoldKey, TryAcquireError> {
        let _line = self.line.lock();
        let free = self.free.take(permits)?;
        Ok(self.taken(permits, owned, free))
    }

    /// Takes permits, or waits in line.
    #[inline]
    pub(super) fn poll_take(
        &self,
        (wanted, owned): (usize, bool),
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Poll<Result<HoldKey, AcquireError>> {
        if place.is_none() {
            match self.take(wanted, owned) {
                Ok(hold) => return Poll::Ready(Ok(hold)),
                Err(TryAcquireError::Closed) => return Poll::Ready(Err(AcquireError::closed())),
                Err(TryAcquireError::NoPermits) => {}
            }
        }
        self.poll_in_line((wanted, owned), place, cx)
    }

    /// The same for a task that is in line or has to join it.
    fn poll_in_line(
        &self,
        wanted: (usize, bool),
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Poll<Result<HoldKey, AcquireError>> {
        match store_waker(cx, |clone| self.poll_locked(wanted, place, cx, clone)) {
            Polled::Taken(hold, _left) => Poll::Ready(Ok(hold)),
            Polled::Closed(_left) => Poll::Ready(Err(AcquireError::closed())),
            Polled::Wait(_old) => Poll::Pending,
        }
    }

    /// The same, with the lock held. Returns `None` if it needs a clone of the waker first.
    fn poll_locked(
        &self,
        (wanted, owned): (usize, bool),
        place: &mut Option<Key>,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Polled> {
        let mut line = self.line.lock();
        if self.free.is_closed() {
            return Some(Polled::Closed(place.take().map(|key| line.collect(key))));
        }
        if let Some(key) = place.take_if(|key| line.is_served(key)) {
            let hold = self.taken(wanted, owned, self.free.count());
            return Some(Polled::Taken(hold, line.collect(key).parked));
        }
        let joins = place.is_none();
        let old = line.wait(wanted, place, cx, clone)?;
        if joins {
            match self.free.take_or_wait(wanted) {
                // Permits came back after the check without the lock.
                Taken::All { free } => {
                    let hold = self.taken(wanted, owned, free);
                    let removed = place.take().and_then(|key| line.leave(key).parked);
                    return Some(Polled::Taken(hold, removed));
                }
                // If there are any, this task is the first in line.
                Taken::Part(mut some) => {
                    let served = line.assign_first(&mut some);
                    debug_assert!(
                        served.is_none() && some == 0,
                        "sync/semaphore/permits.rs: no free permit is left by a line"
                    );
                }
            }
        }
        if let Some(key) = place {
            line.set_wait(key, |wait, ticket| self.waits(wait, self.units(wanted), ticket));
        }
        Some(Polled::Wait(old))
    }

    /// Removes a dropped waiter from the line, and passes on the permits that it was given.
    #[cold]
    pub(super) fn leave(&self, place: Key) {
        let mut line = self.line.lock();
        let removed = line.leave(place);
        let served = self.assign(line, removed.units, |free| {
            if removed.units > 0 {
                self.act(Act::Put, Units::of(removed.units), free);
            }
        });
        // Dropping the waker runs foreign code, whose panic must not keep served waiters asleep.
        served.wake();
        drop(removed);
    }

    /// Gives back the permits that a task took.
    #[inline]
    pub(in crate::sync) fn release(&self, hold: &Hold) {
        self.put(hold.units, hold.key, HoldKey::NONE);
    }

    /// Adds new permits.
    pub(super) fn add(&self, permits: usize) {
        if permits > 0 && (self.is_recorded() || self.free.put(permits).is_err()) {
            let report = |free| self.act(Act::Put, self.units(permits), free);
            self.assign(self.line.lock(), permits, report).wake();
        }
    }

    #[inline]
    fn put(&self, permits: usize, from: HoldKey, into: HoldKey) {
        let is_kept = self.is_recorded() || from.is_some();
        if permits > 0 && (is_kept || self.free.put(permits).is_err()) {
            self.put_locked(permits, from, into);
        }
    }

    /// The same, if it is being recorded or there is a line.
    #[cold]
    fn put_locked(&self, permits: usize, from: HoldKey, into: HoldKey) {
        let report = |free| self.gives_up(Act::Release, (from, into), self.units(permits), free);
        self.assign(self.line.lock(), permits, report).wake();
    }

    /// Gives back all but `units` of the permits that a task took. The hold goes on.
    pub(in crate::sync) fn shrink(&self, hold: &mut Hold, units: usize) {
        // The hold changes first, so that if a waker panics, the guard's drop doesn't give the
        // others back a second time.
        let others = std::mem::replace(&mut hold.units, units) - units;
        self.put(others, hold.key, HoldKey::NONE);
    }

    /// Splits some permits off a hold.
    pub(super) fn split(&self, hold: &mut Hold, some: usize, owned: bool) -> Option<Hold> {
        hold.units = hold.units.checked_sub(some)?;
        if hold.units == 0 {
            return Some(Hold { units: some, key: std::mem::take(&mut hold.key) });
        }
        if some == 0 || !hold.key.is_some() {
            return Some(Hold::unrecorded(some));
        }
        let _line = self.line.lock();
        let key = self.takes(self.units(some), self.free(), owned, hold.key);
        Some(Hold { units: some, key })
    }

    /// Adds the permits of another hold.
    pub(super) fn merge(&self, hold: &mut Hold, other: &mut Hold) {
        if !hold.key.is_some() {
            std::mem::swap(hold, other);
        }
        let some = std::mem::take(&mut other.units);
        hold.units += some;
        if some > 0 && hold.key.is_some() {
            let _line = self.line.lock();
            let keys = (other.key, hold.key);
            self.gives_up(Act::Release, keys, self.units(some), self.free());
        }
    }

    /// Forgets permits that a task has taken.
    pub(super) fn forget_taken(&self, hold: &mut Hold) {
        let permits = std::mem::take(&mut hold.units);
        if permits > 0 && (self.is_recorded() || hold.key.is_some()) {
            let (_line, keys) = (self.line.lock(), (hold.key, HoldKey::NONE));
            self.gives_up(Act::Forget, keys, self.units(permits), self.free());
        }
    }

    /// Removes at most `most` free permits and returns how many.
    pub(super) fn forget_free(&self, most: usize) -> usize {
        let _line = self.line.lock();
        let (some, free) = self.free.take_some(most);
        if some > 0 {
            self.act(Act::Forget, self.units(some), free);
        }
        some
    }

    /// Closes the semaphore, so that no task gets a permit any more, and wakes the tasks in line.
    pub(in crate::sync) fn close(&self) {
        self.end(Act::Close, HoldKey::NONE);
    }

    /// The same because a cell has its value, which the tasks in line have been waiting for.
    pub(in crate::sync) fn fulfil(&self, hold: &Hold) {
        self.end(Act::Put, hold.key);
    }

    fn end(&self, act: Act, hold: HoldKey) {
        let mut to_wake = ToWake::none();
        let mut line = self.line.lock();
        let assigned = line.dissolve(&mut to_wake);
        let (free, first) = self.free.close(assigned);
        let item = hold.shrink(Units::All).unwrap_or_default();
        if first {
            self.act_on(item, act, Units::All, free);
        }
        self.serves(to_wake.calls());
        drop(line);
        to_wake.wake();
    }

    /// Gives permits to the waiters and unlocks. The rest is free: calls `report` with that number,
    /// then reports each served waiter. Returns the served waiters, to be woken.
    ///
    /// If too many would then be free, panics without having given any.
    fn assign(
        &self,
        mut line: StateGuard<'_, WaitList>,
        mut permits: usize,
        report: impl FnOnce(usize),
    ) -> ToWake {
        let mut served = ToWake::none();
        match self.free.put(permits) {
            // There may be no line any more, or never have been one.
            Ok(free) => permits = free,
            Err(PutError::TooMany { free }) => too_many(line, permits, free),
            Err(PutError::Line) => {
                if permits > Permits::MAX && permits - Permits::MAX > line.missing() {
                    too_many(line, permits, 0);
                }
                line.assign(&mut permits, &mut served);
                if line.is_empty() {
                    self.free.end_line(permits);
                }
            }
        }
        report(permits);
        self.serves(served.calls());
        drop(line);
        served
    }

    /// Reports, under the lock, that permits were taken.
    #[inline]
    #[track_caller]
    fn taken(&self, permits: usize, owned: bool, free: usize) -> HoldKey {
        if self.is_recorded() {
            self.takes(self.units(permits), free, owned, HoldKey::NONE)
        } else {
            HoldKey::NONE
        }
    }

    /// Returns what events call this many permits. A task with all of a lock's permits has
    /// exclusive access, be it a writer or the reader of a lock with room for only one.
    fn units(&self, permits: usize) -> Units {
        let is_whole = self.report.kind.is_lock() && permits == self.whole();
        if is_whole { Units::All } else { Units::of(permits) }
    }
}

fn too_many(line: StateGuard<'_, WaitList>, permits: usize, free: usize) -> ! {
    // Not under the lock, because a panic may run foreign code, too.
    drop(line);
    panic!("adding {permits} permits to {free} would exceed MAX_PERMITS ({})", Permits::MAX)
}

// No foreign code runs under the lock, so a panic can't leave the state half changed.
impl UnwindSafe for Permits {}
impl RefUnwindSafe for Permits {}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permits").field("free", &self.free()).finish_non_exhaustive()
    }
}
