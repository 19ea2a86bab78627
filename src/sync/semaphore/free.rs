//! How many permits are free, and are tasks waiting for more?
//!
//! One atomic word answers both, so that taking a free permit or giving one back takes no lock,
//! only a load and a compare-exchange.
//!
//! ```text
//! word = free permits << 2 | CLOSED | LINE
//! ```
//!
//! * `LINE`: tasks are waiting in line. It is set and cleared only under the line's lock. While it
//!   is set, no permit is free and only the holder of that lock changes the word: no task finds a
//!   permit to take, and returned permits have to go through the line.
//! * `CLOSED`: no task gets a permit any more. It is set under the same lock, never cleared, and
//!   never set together with `LINE`.
//!
//! Every change releases and every load acquires. So a task that takes a permit sees everything
//! done before that permit was given back, and one that finds `CLOSED` sees everything done before
//! the close.
//!
//! Interface: [`Free`], [`Taken`], [`PutError`].
//!
//! Not here: the line and its lock (`permits.rs`). The loom models run this file unchanged.
//!
//! tokio: an atomic without `LINE`, so giving a permit back always takes the lock to look for
//! waiting tasks.

use super::error::TryAcquireError;
use crate::sync::primitives::{AtomicUsize, Ordering};

/// The largest number of permits.
pub(super) const MAX: usize = usize::MAX >> 3;

const LINE: usize = 1;
const CLOSED: usize = 2;
const SHIFT: u32 = 2;
const ALONE: &str = "sync/semaphore/free.rs: while `LINE` is set, no permit is free";

/// The number of free permits, and the two flags.
pub(super) struct Free(AtomicUsize);

/// The outcome of joining the line.
pub(super) enum Taken {
    /// There were enough permits after all, and this many are left.
    All { free: usize },
    /// There are only this many, which the first in line gets. The line has begun.
    Part(usize),
}

/// The reasons why permits can't become free.
pub(super) enum PutError {
    /// Tasks are waiting for permits.
    Line,
    /// There would be too many, since this many are free.
    TooMany { free: usize },
}

impl Free {
    pub(super) const fn new(permits: usize) -> Free {
        Free(AtomicUsize::new(permits << SHIFT))
    }

    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire) >> SHIFT
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Takes permits, if that many are free, and returns how many are left.
    #[inline]
    pub(super) fn take(&self, permits: usize) -> Result<usize, TryAcquireError> {
        let less = |word| if word & CLOSED == 0 { minus(word, permits) } else { None };
        match self.change(less) {
            Ok(before) => Ok((before >> SHIFT) - permits),
            Err(word) if word & CLOSED != 0 => Err(TryAcquireError::Closed),
            Err(_) => Err(TryAcquireError::NoPermits),
        }
    }

    /// Takes at most `most` permits. Returns how many it took and how many are left.
    pub(super) fn take_some(&self, most: usize) -> (usize, usize) {
        let less = |word| minus(word, most.min(word >> SHIFT));
        let (Ok(word) | Err(word)) = self.change(less);
        let some = most.min(word >> SHIFT);
        (some, (word >> SHIFT) - some)
    }

    /// Adds permits, unless there is a line, and returns how many are then free.
    #[inline]
    pub(super) fn put(&self, permits: usize) -> Result<usize, PutError> {
        let fits = |word| permits <= MAX.saturating_sub(word >> SHIFT);
        let more = |word| (word & LINE == 0 && fits(word)).then(|| word + (permits << SHIFT));
        match self.change(more) {
            Ok(before) => Ok((before >> SHIFT) + permits),
            Err(word) if word & LINE != 0 => Err(PutError::Line),
            Err(word) => Err(PutError::TooMany { free: word >> SHIFT }),
        }
    }

    // ----- under the line's lock -----

    /// For a task that has joined the line: takes enough permits, or takes all and sets `LINE`.
    ///
    /// This is one step, so that no permit comes back between checking and setting the flag.
    pub(super) fn take_or_wait(&self, wanted: usize) -> Taken {
        let (Ok(before) | Err(before)) = self.change(|word| minus(word, wanted).or(Some(LINE)));
        match (before >> SHIFT).checked_sub(wanted) {
            Some(free) => Taken::All { free },
            None => Taken::Part(before >> SHIFT),
        }
    }

    /// Ends an empty line, with `left` free permits. Called only while `LINE` is set.
    pub(super) fn end_line(&self, left: usize) {
        self.0.store(left << SHIFT, Ordering::Release);
    }

    /// Closes the word for good and adds the permits that the line's waiters had. Returns how many
    /// are free, and whether the word was open until now.
    pub(super) fn close(&self, assigned: usize) -> (usize, bool) {
        let (Ok(before) | Err(before)) =
            self.change(|word| Some(((word & !LINE) | CLOSED) + (assigned << SHIFT)));
        ((before >> SHIFT) + assigned, before & CLOSED == 0)
    }

    /// Changes the word in one step. Returns the old word or, as an error, the unchanged one.
    #[inline]
    fn change(&self, mut to: impl FnMut(usize) -> Option<usize>) -> Result<usize, usize> {
        let to = |word| to(word).inspect(|word| check(*word));
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, to)
    }
}

/// Which words there are.
fn check(word: usize) {
    debug_assert!(word & LINE == 0 || word == LINE, "{ALONE}: {word:#b}");
}

/// Returns the word with `permits` fewer, if it has that many.
fn minus(word: usize, permits: usize) -> Option<usize> {
    let enough = permits <= word >> SHIFT;
    enough.then(|| word - (permits << SHIFT))
}
