//! Whose turn is it at a lock, and why does no task wait for a lock that is free?
//!
//! The lock itself is only ever *tried*. A task that does not get it joins the line ([`WaitList`])
//! and is called when it is its turn. While there is a line, only the first in it may try: a lock
//! that is released with a line is kept for the first, and no other task overtakes. Only the first
//! is called. Calling all nine of a line would cost eight wasted polls, and seven at the next
//! release. While the line is empty, the line's own lock is not touched: a flag, `crowded`, says
//! so.
//!
//! **No wake-up is lost.** Two threads meet. One wants the lock, the other releases it:
//!
//! ```text
//!   wants, under the line's lock               releases
//!   1 join the line, waker stored              a unlock
//!   2 crowded = true                           b fence
//!   3 fence                                    c crowded? no: done
//!   4 first in line? try the lock              d yes: under the line's lock, take the waker of the
//!   5 got it: leave the line. else: wait         first, unless the lock is held again; then wake
//! ```
//!
//! Each thread writes, then looks at what the other writes, with a fence in between. So at least
//! one of the two looks sees the other's write: it can't be that 4 finds the lock held *and* c
//! finds no line. Either 4 succeeds, or d follows. If d comes after 5 (both hold the line's lock),
//! it finds the waker. If d comes before 1, in a line that others made crowded, then 4 finds the
//! lock free. A waiter that is not the first need not try: the waiters in front of it have been, or
//! will be, called.
//!
//! A waiter that is polled again needs no second fence: `crowded` stays set until it leaves. It
//! tries, and if that fails stores its newest waker, all under the line's lock, so d comes after
//! that too. And if d finds the lock held again, its new holder will come to a with the line still
//! crowded. (A waker is cloned outside the line's lock: a poll that needs a clone unlocks, and
//! begins again with it.)
//!
//! A waiter that is dropped leaves the line. If the lock is free, d may have called that very
//! waiter, and the call would be lost with it. So the waiter that is now the first is called.
//!
//! A task on another thread may read "not crowded", and take the lock after a waiter joined and a
//! release called it. So it looks again when it has the lock, gives it back if there is a line, and
//! goes through b to d. (Nothing orders that look after the waiter's 2. If it misses the waiter,
//! one task has overtaken, and its release calls the waiter.) On one thread this cannot happen.
//!
//! Interface: [`Turn`], and [`Try`], the lock as it is seen from here.
//!
//! Invariants: `crowded` says whether there is a line, and changes under the line's lock. No waker
//! is cloned, called or dropped under the line's lock. No thread blocks on the lock itself.
//!
//! Not here: the value, the guards (a happens where a guard is dropped, `guard.rs`), events. The
//! model checker loom compiles this very file with its own atomics and lock
//! (`tests/models/tests/threads`).
//!
//! tokio: a semaphore of one permit; its lock-free part and its list of waiters meet in the same
//! way.

use std::task::{Context, Waker};

use crate::sync::primitives::{AtomicBool, Mutex, Ordering, fence};
use crate::sync::store_waker::store_waker;
use crate::sync::wait_list::{Key, WaitList, Waits};

/// A lock that can be tried.
pub(super) trait Try {
    type Guard;

    /// Takes it if it is free. The caller has already asked whose turn it is.
    fn try_lock(&self) -> Option<Self::Guard>;

    fn is_free(&self) -> bool;
}

/// The line at one lock.
pub(super) struct Turn {
    /// Is there a line?
    crowded: AtomicBool,
    line: Mutex<WaitList>,
}

/// What a poll has when it no longer waits.
struct Taken<G> {
    guard: G,
    /// The waker that it left behind in line.
    left: Option<Waker>,
}

impl Turn {
    pub(super) const fn new() -> Turn {
        Turn { crowded: AtomicBool::new(false), line: Mutex::new(WaitList::new()) }
    }

    /// Takes the lock if it is free and there is no line.
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
        let waits = if joins { line.joined(key) } else { line.renew(key, cx, clone)? };
        Some(Err(waits))
    }

    /// A waiter that is dropped leaves the line. Returns its ticket, and the waker to call in its
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

    /// Steps b to d. Returns the waker to call.
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
