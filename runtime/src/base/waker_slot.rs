//! How is the newest waker stored, with no user code under a lock?
//!
//! A future that returns `Pending` must have stored the waker of its *latest* poll. Usually that
//! one is stored already, and comparing two wakers runs no user code. But replacing a waker means
//! cloning the new one and dropping the old one, and either may run code of a foreign executor. So
//! [`store_waker`] makes up to two rounds of lock, check, store. If the [`WakerSlot`] needs a
//! clone, the first round only unlocks. Then the clone is made, and the second round *checks
//! again*, because anything may have happened in between. The running task's own waker takes one
//! round, since cloning it merely increments a count.
//!
//! tokio: `AtomicWaker`, or a clone under the lock.

use std::cell::Cell;
use std::ptr;
use std::task::{Context, Waker};

use kettle_events::{Event, Id, StoredId, assert_unlocked, calls_for, emit, note_waker};
use scopeguard::guard;

/// A waker's pointers to data and vtable, which are compared and never followed.
type Parts = (*const (), *const ());

thread_local! {
    /// The waker of the innermost poll on this thread.
    static OWN: Cell<Parts> = const { Cell::new((ptr::null(), ptr::null())) };
}

fn parts(waker: &Waker) -> Parts {
    (waker.data(), ptr::from_ref(waker.vtable()).cast())
}

/// Until the guard is dropped, this is the running task's own waker. Cloning it runs no user code.
#[inline]
pub fn own_waker(waker: &Waker) -> impl Drop {
    guard(OWN.replace(parts(waker)), |before| OWN.set(before))
}

/// Does the future get the running task's own waker? Then nothing between the two has wrapped it.
#[inline]
pub fn is_own(cx: &Context<'_>) -> bool {
    OWN.get() == parts(cx.waker())
}

/// Calls `poll_locked`, which locks, checks and, if it must wait, passes the clone that it is given
/// to [`WakerSlot::store`]. If that returns `None` for want of a clone, so does `poll_locked`,
/// which is then called again with one. It returns what to drop or wake unlocked.
#[inline]
pub fn store_waker<R>(
    cx: &Context<'_>,
    mut poll_locked: impl FnMut(&mut Option<Waker>) -> Option<R>,
) -> R {
    let mut clone = None;
    loop {
        if let Some(polled) = poll_locked(&mut clone) {
            return polled;
        }
        assert_unlocked();
        clone = Some(cx.waker().clone());
    }
}

/// Room for one waker and, while something records, for the number of the wait it is stored for.
#[derive(Debug, Default)]
pub struct WakerSlot(Option<Call>);

impl Drop for WakerSlot {
    #[inline]
    fn drop(&mut self) {
        self.0.iter().for_each(|_| assert_unlocked());
    }
}

/// The waker that was replaced, if there was one.
#[derive(Debug)]
#[must_use = "drop it with no lock held: that may run code of a foreign executor"]
pub struct Old(pub WakerSlot);

/// A waker to call, and the wait that it was stored for.
#[derive(Debug)]
#[must_use = "the task waits until it is called"]
pub struct Call {
    waker: Waker,
    wait: StoredId,
}

impl Call {
    /// Wakes the task for that wait. Never under a lock.
    #[inline]
    pub fn wake(self) {
        assert_unlocked();
        let _call = calls_for(self.wait.get());
        self.waker.wake();
    }

    /// The wait, if it is recorded.
    #[inline]
    pub fn wait(&self) -> Option<Id> {
        self.wait.get()
    }

    /// Records that the wait is served, right after the event that says what served it.
    #[inline]
    #[track_caller]
    pub fn served(&self) {
        if let Some(wait) = self.wait() {
            emit(|| Event::Served { wait });
        }
    }
}

impl WakerSlot {
    /// A slot with no waker in it.
    pub const EMPTY: WakerSlot = WakerSlot(None);

    /// A slot with this waker in it.
    pub fn new(waker: Waker) -> WakerSlot {
        WakerSlot(Some(Call { waker, wait: StoredId::NONE }))
    }

    /// A slot with a clone of `cx`'s waker in it.
    #[inline]
    pub fn of(cx: &Context<'_>) -> WakerSlot {
        let clone = cx.waker().clone();
        note_waker(is_own(cx));
        WakerSlot::new(clone)
    }

    /// Notes which wait the waker is stored for.
    #[inline]
    pub fn stored_for(&mut self, wait: StoredId) {
        self.0.iter_mut().for_each(|call| call.wait = wait);
    }

    /// If the stored waker differs from `cx`'s, `clone` replaces it. `None`: there is no clone yet.
    #[inline]
    pub fn store(&mut self, cx: &Context<'_>, clone: &mut Option<Waker>) -> Option<Old> {
        if self.0.as_ref().is_some_and(|stored| stored.waker.will_wake(cx.waker())) {
            note_waker(is_own(cx));
            return Some(Old(WakerSlot::EMPTY));
        }
        let newest = Call { waker: WakerSlot::newest(cx, clone)?, wait: StoredId::NONE };
        Some(Old(WakerSlot(self.0.replace(newest))))
    }

    /// The waker to store: the clone, or a new one if `cx` has the running task's own waker.
    #[inline]
    pub fn newest(cx: &Context<'_>, clone: &mut Option<Waker>) -> Option<Waker> {
        let own = is_own(cx);
        note_waker(own);
        clone.take().or_else(|| own.then(|| cx.waker().clone()))
    }

    /// Takes the waker out, to be called or dropped with no lock held.
    #[inline]
    pub fn take(&mut self) -> Option<Call> {
        self.0.take()
    }

    /// Takes the waker out, and records that its wait is [served](Call::served).
    #[inline]
    #[track_caller]
    pub fn serve(&mut self) -> Option<Call> {
        let call = self.take()?;
        call.served();
        Some(call)
    }

    /// Is the slot empty?
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

#[cfg(test)]
#[path = "waker_slot_tests.rs"]
mod tests;
