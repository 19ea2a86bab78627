//! Whose turn is it at a lock, and why does nobody wait for one that is free?
//!
//! The lock itself is only ever *tried*; whoever does not get it stands in line ([`WaitList`]) and
//! is called when it is his turn. While somebody stands in line nobody but the first may try: a
//! lock that is released with a line is kept for the first, and nobody gets past. Only the first is
//! called: to call all nine of a line would be eight polls in vain, and seven at the next release.
//! While nobody stands in line, its lock is not touched: a flag, `crowded`, says so.
//!
//! **No wake-up is lost.** Two threads meet, one that wants and one that releases:
//!
//! ```text
//!   wants, under the line's lock               releases
//!   1 stand in line, waker stored              a unlock
//!   2 crowded = true                           b fence
//!   3 fence                                    c crowded? no: done
//!   4 first in line? try the lock              d yes: under the line's lock, take the waker of the
//!   5 got it: leave the line. else: wait         first, unless the lock is held again; then wake
//! ```
//!
//! Each writes, then looks at what the other writes, with a fence in between. Of two such looks at
//! least one sees the other's write: that 4 finds the lock held *and* c finds nobody is impossible.
//! So either 4 succeeds, or d comes. It comes after 5, because both hold the line's lock, and finds
//! the waker; or, in a line that others made crowded, before 1, and then 4 finds the lock free. A
//! waiter that is not the first need not try: whoever stands ahead of it has been, or will be,
//! called.
//!
//! A waiter that is polled again needs no second fence: `crowded` stays set until it leaves. It
//! tries, and if that fails stores its newest waker, all under the line's lock: d comes after that
//! too. And if d finds the lock held again, whoever holds it will come to a, with the line still
//! crowded. (A waker is cloned outside the line's lock: whoever needs a clone unlocks and begins
//! again with it.)
//!
//! A waiter that is dropped leaves the line. If the lock is free, d may have called that very
//! waiter, and the call would be lost with it: so whoever is first now is called.
//!
//! Somebody on another thread may read "not crowded", and take the lock after a waiter came and a
//! release called it. So it looks again when it has the lock, gives it back if there is a line, and
//! goes through b to d. (Nothing orders that look after the waiter's 2. If it is missed, the waiter
//! has been passed by one, and the release of that one calls it.) On one thread this cannot happen.
//!
//! Interface: [`Turn`], and [`Try`], the lock as it is seen from here.
//!
//! Invariants: `crowded` says whether somebody stands in line, and changes under the line's lock.
//! No waker is cloned, called or dropped under the line's lock. Nobody blocks on the lock itself.
//!
//! Not here: the value, the guards (a happens where a guard is dropped, `guard.rs`), events. The
//! model checker loom compiles this very file with atomics and a lock of its own
//! (`tests/models/tests/threads`).
//!
//! tokio: a semaphore of one permit; its lock-free part and its list of waiters meet in the same
//! way.

use std::task::{Context, Waker};

use kettle_runtime::event::Replaced;

use crate::sync::primitives::{AtomicBool, Mutex, Ordering, fence};
use crate::sync::store_waker::store_waker;
use crate::sync::wait_list::{Key, WaitList};

/// A lock that can be tried.
pub(super) trait Try {
    type Guard;

    /// Takes it if it is free. Whose turn it is was asked before.
    fn try_lock(&self) -> Option<Self::Guard>;

    fn is_free(&self) -> bool;
}

/// The line at one lock.
pub(super) struct Turn {
    /// Does somebody stand in line?
    crowded: AtomicBool,
    line: Mutex<WaitList>,
}

/// What one who waits may tell.
pub(super) struct Waits {
    pub(super) ticket: usize,
    pub(super) replaced: Replaced,
    /// The waker that was replaced, to be dropped when that was told.
    pub(super) old: Option<Waker>,
}

/// What one who no longer waits has.
struct Taken<G> {
    guard: G,
    /// The waker that it left behind in line.
    left: Option<Waker>,
}

impl Turn {
    pub(super) fn new() -> Turn {
        Turn { crowded: AtomicBool::new(false), line: Mutex::new(WaitList::new()) }
    }

    /// Takes the lock if it is free and nobody waits for it.
    #[inline]
    pub(super) fn try_take<L: Try>(&self, lock: &L) -> Option<L::Guard> {
        if self.crowded.load(Ordering::Relaxed) {
            return None;
        }
        let guard = lock.try_lock()?;
        if self.crowded.load(Ordering::Relaxed) {
            drop(guard);
            if let Some(first) = self.after_release(lock) {
                first.wake();
            }
            return None;
        }
        Some(guard)
    }

    /// Steps 1 to 5.
    pub(super) fn poll<L: Try>(
        &self,
        lock: &L,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Result<L::Guard, Waits> {
        let polled = store_waker(cx, |clone| self.poll_in_line(lock, place, cx, clone));
        polled.map(|Taken { guard, left }| {
            drop(left);
            guard
        })
    }

    /// The same, under the line's lock. `None`: a clone of the waker is needed first.
    fn poll_in_line<L: Try>(
        &self,
        lock: &L,
        place: &mut Option<Key>,
        cx: &Context<'_>,
        clone: &mut Option<Waker>,
    ) -> Option<Result<Taken<L::Guard>, Waits>> {
        let mut line = self.line.lock();
        let joins = place.is_none();
        let key = match place {
            Some(key) => key,
            None => place.insert(line.join(1, clone.take()?)),
        };
        if joins {
            self.crowded.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
        }
        if line.is_first(key)
            && let Some(guard) = lock.try_lock()
        {
            let left = place.take().and_then(|key| line.leave(key).parked);
            self.crowded.store(!line.is_empty(), Ordering::Relaxed);
            return Some(Ok(Taken { guard, left }));
        }
        let (replaced, old) =
            if joins { (Replaced::None, None) } else { line.renew(key, cx, clone)? };
        Some(Err(Waits { ticket: line.ticket(key), replaced, old }))
    }

    /// A waiter that is dropped leaves the line. Returns its ticket, and who is to be woken in its
    /// place.
    pub(super) fn leave<L: Try>(&self, lock: &L, key: Key) -> (usize, Option<Waker>) {
        let mut line = self.line.lock();
        let ticket = line.ticket(&key);
        let left = line.leave(key);
        self.crowded.store(!line.is_empty(), Ordering::Relaxed);
        let next = if lock.is_free() { line.call() } else { None };
        drop(line);
        drop(left);
        (ticket, next)
    }

    /// Steps b to d. Returns who is to be woken.
    #[inline]
    #[must_use = "the first in line is to be woken"]
    pub(super) fn after_release<L: Try>(&self, lock: &L) -> Option<Waker> {
        fence(Ordering::SeqCst);
        if self.crowded.load(Ordering::Relaxed) { self.call_first(lock) } else { None }
    }

    #[cold]
    fn call_first<L: Try>(&self, lock: &L) -> Option<Waker> {
        let mut line = self.line.lock();
        // If it is held again, its holder will look at the line when it releases it.
        if lock.is_free() { line.call() } else { None }
    }
}
