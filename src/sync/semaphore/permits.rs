//! When does a task get permits, and what happens to those that come back?
//!
//! [`Permits`] is a count of free permits and the line of the tasks that wait for more than are
//! free. Permits that come back go to the first in line, now and before its task runs; what is left
//! goes to the next, and only if the line is empty are they free. A waiter that wants several may
//! have some of them and wait for the rest. So a task that wants many is served in its turn, and
//! no stream of small requests can overtake it.
//!
//! Others build on it: a `Mutex` is one permit, and so is the right to compute the value of a
//! `OnceCell`; of an `RwLock`, a reader takes one permit and a writer all of them.
//!
//! Interface: [`Permits`], [`Amount`]; [`Owner`], what has permits, for the future of `acquire`.
//!
//! Invariants: while there is a line, no permit is free. A permit is free, or a waiter has it, or a
//! task took it and will give it back or forget it. No waker is cloned, called or dropped under the
//! lock.
//!
//! Not here: the future (`acquire.rs`), what a program holds of it (`permit.rs`).
//!
//! tokio: the free permits are an atomic, so that a task that finds enough of them takes no lock.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kettle_runtime::event::{self, Act, SyncKind, Units};
use parking_lot::{Mutex, MutexGuard};

use super::error::{AcquireError, TryAcquireError};
use crate::sync::report::{Report, Reports};
use crate::sync::store_waker::store_waker;
use crate::sync::wait_list::{Key, Left, ToWake, WaitList, Waits};

/// Some permits, and the line for more.
pub(in crate::sync) struct Permits {
    state: Mutex<State>,
    report: Report,
}

struct State {
    free: usize,
    closed: bool,
    line: WaitList,
}

/// How many permits, and what events call that.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync) struct Amount {
    pub(in crate::sync) permits: usize,
    units: Units,
}

/// What has permits: a borrow of it or an `Arc`.
pub(in crate::sync) trait Owner {
    fn permits(&self) -> &Permits;
}

impl<O: Owner> Owner for &O {
    #[inline]
    fn permits(&self) -> &Permits {
        (**self).permits()
    }
}

impl<O: Owner> Owner for Arc<O> {
    #[inline]
    fn permits(&self) -> &Permits {
        (**self).permits()
    }
}

impl Owner for Permits {
    #[inline]
    fn permits(&self) -> &Permits {
        self
    }
}

/// What a poll comes to under the lock. What was replaced or left is dropped outside.
enum Polled {
    Taken { free: usize, left: Option<Waker> },
    Closed { left: Option<Left> },
    Wait(Waits),
}

impl Amount {
    pub(in crate::sync) fn some(permits: usize) -> Amount {
        Amount { permits, units: Units::of(permits) }
    }

    /// All that there are: no other task shares them.
    pub(in crate::sync) const fn all(permits: usize) -> Amount {
        Amount { permits, units: Units::All }
    }
}

impl Permits {
    pub(in crate::sync) const MAX: usize = usize::MAX >> 3;

    #[track_caller]
    pub(in crate::sync) const fn new(kind: SyncKind, permits: usize) -> Permits {
        let state = State { free: permits, closed: false, line: WaitList::new() };
        Permits { state: Mutex::new(state), report: Report::new(kind, permits) }
    }

    /// Reports that it was made. Not called by a `const fn`.
    pub(in crate::sync) fn made(&self) {
        self.report.made();
    }

    pub(in crate::sync) fn free(&self) -> usize {
        self.state.lock().free
    }

    pub(in crate::sync) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Takes permits if so many are free.
    pub(in crate::sync) fn try_take(&self, amount: Amount) -> Result<(), TryAcquireError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(TryAcquireError::Closed);
        }
        let taken = state.take(amount.permits).ok_or(TryAcquireError::NoPermits);
        drop(state);
        let free = taken?;
        self.report.act(Act::Take, amount.units, free);
        Ok(())
    }

    /// Takes permits, or waits in line.
    pub(super) fn poll_take(
        &self,
        amount: Amount,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), AcquireError>> {
        let polled = store_waker(cx, |clone| self.poll_locked(amount.permits, place, cx, clone));
        match polled {
            Polled::Taken { free, left } => {
                self.report.act(Act::Take, amount.units, free);
                drop(left);
                Poll::Ready(Ok(()))
            }
            Polled::Closed { left } => {
                drop(left);
                Poll::Ready(Err(AcquireError::closed()))
            }
            Polled::Wait(Waits { ticket, replaced, old }) => {
                self.report.waits(amount.units, ticket, replaced);
                drop(old);
                Poll::Pending
            }
        }
    }

    /// The same, under the lock. `None`: a clone of the waker is needed first.
    fn poll_locked(
        &self,
        wanted: usize,
        place: &mut Option<Key>,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Polled> {
        let mut state = self.state.lock();
        if state.closed {
            return Some(Polled::Closed { left: place.take().map(|key| state.line.leave(key)) });
        }
        if let Some(key) = place.take_if(|key| state.line.is_served(key)) {
            let left = state.line.leave(key).parked;
            return Some(Polled::Taken { free: state.free, left });
        }
        if place.is_none()
            && let Some(free) = state.take(wanted)
        {
            return Some(Polled::Taken { free, left: None });
        }
        let joins = place.is_none();
        let waits = state.line.wait(wanted, place, cx, clone)?;
        if joins && state.free > 0 {
            // It is the first. What is free is not enough for it, and is its own now.
            let mut free = std::mem::take(&mut state.free);
            let served = state.line.give_first(&mut free);
            debug_assert!(served.is_none() && free == 0, "it could have taken them");
        }
        Some(Polled::Wait(waits))
    }

    /// A waiter's future is dropped: it leaves the line, and what it was given goes on.
    #[cold]
    pub(super) fn leave(&self, amount: Amount, place: Key) {
        let mut state = self.state.lock();
        let ticket = state.line.ticket(&place);
        let left = state.line.leave(place);
        let closed = state.closed;
        let (free, served) = give(state, left.got);
        if !closed {
            self.report.leaves(amount.units, ticket);
        }
        if left.got > 0 {
            self.report.act(Act::Put, Amount::some(left.got).units, free);
        }
        // The dropped waker is foreign code: a panic of it must not keep the served ones asleep.
        self.report_and_wake(served);
        drop(left);
    }

    /// A task gives back what it took.
    pub(in crate::sync) fn release(&self, amount: Amount) {
        self.put(Act::Release, amount);
    }

    /// There are so many permits more.
    pub(super) fn add(&self, permits: usize) {
        self.put(Act::Put, Amount::some(permits));
    }

    fn put(&self, act: Act, amount: Amount) {
        if amount.permits > 0 {
            let (free, served) = give(self.state.lock(), amount.permits);
            self.report.act(act, amount.units, free);
            self.report_and_wake(served);
        }
    }

    /// A task gives back all but so many of the permits that it took.
    pub(in crate::sync) fn keep(&self, taken: Amount, kept: Amount) {
        let (free, served) = give(self.state.lock(), taken.permits - kept.permits);
        self.report.act(Act::Release, taken.units, free + kept.permits);
        self.report.act(Act::Take, kept.units, free);
        self.report_and_wake(served);
    }

    /// A task that took these will not give them back.
    pub(super) fn forget_taken(&self, permits: usize) {
        if permits > 0 && event::on() {
            self.report.act(Act::Forget, Amount::some(permits).units, self.free());
        }
    }

    /// Takes away free permits, at most so many. Returns how many.
    pub(super) fn forget_free(&self, most: usize) -> usize {
        let mut state = self.state.lock();
        let some = most.min(state.free);
        state.free -= some;
        let free = state.free;
        drop(state);
        if some > 0 {
            self.report.act(Act::Forget, Amount::some(some).units, free);
        }
        some
    }

    /// From now on no task gets a permit. The tasks in line learn that.
    pub(in crate::sync) fn close(&self) {
        self.end(Act::Close);
    }

    /// The same, because what the tasks in line have waited for is there: a cell's value.
    pub(in crate::sync) fn fulfil(&self) {
        self.end(Act::Put);
    }

    fn end(&self, act: Act) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        let first = !std::mem::replace(&mut state.closed, true);
        state.free += state.line.dissolve(&mut to_wake);
        let free = state.free;
        drop(state);
        if first {
            self.report.act(act, Units::All, free);
        }
        to_wake.wake();
    }

    /// Emits each waiter that was served, one after another, and then wakes them all.
    fn report_and_wake(&self, served: ToWake) {
        for _ in 0..served.len() {
            self.report.served(0);
        }
        served.wake();
    }
}

impl State {
    /// Takes permits if so many are free. Returns how many are left.
    fn take(&mut self, permits: usize) -> Option<usize> {
        self.free = self.free.checked_sub(permits)?;
        Some(self.free)
    }
}

/// Gives permits to the waiters, and unlocks. What is left is free. Returns how many are free, and
/// the waiters that were served.
///
/// If more than the most would be free then, it panics and has given none.
fn give(mut state: MutexGuard<'_, State>, mut permits: usize) -> (usize, ToWake) {
    let mut served = ToWake::none();
    let room = Permits::MAX - state.free;
    if permits > room && permits - room > state.line.missing() {
        let free = state.free;
        drop(state);
        panic!("{permits} permits beside {free} would be more than MAX_PERMITS ({})", Permits::MAX);
    }
    state.line.give(&mut permits, &mut served);
    state.free += permits;
    (state.free, served)
}

// A panic in foreign code never happens under the lock: the state is whole whatever happens.
impl UnwindSafe for Permits {}
impl RefUnwindSafe for Permits {}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permits").field("free", &self.free()).finish_non_exhaustive()
    }
}
