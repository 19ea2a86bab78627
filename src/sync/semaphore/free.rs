//! How many permits are free, and is there a line for more?
//!
//! One atomic word says both, so that taking a free permit and giving one back are one step each,
//! without a lock: a load, and a compare-exchange.
//!
//! ```text
//! word = free permits << 2 | CLOSED | LINE
//! ```
//!
//! * `LINE`: tasks wait in line. Set and cleared only under the line's lock. While it is set, no
//!   permit is free and only the holder of that lock changes the word: a taker finds nothing, and
//!   permits that come back have to go through the line.
//! * `CLOSED`: no task gets a permit any more. Set under the same lock, and never cleared. It never
//!   meets `LINE`.
//!
//! Every change releases and every look acquires. So a task that takes a permit sees what was done
//! by those that gave it back, and a task that finds `CLOSED` sees what was done before.
//!
//! Interface: [`Free`], [`Taken`], [`NotPut`].
//!
//! Not here: the line and its lock (`permits.rs`). Modelled with loom as it is (`tests/models`).
//!
//! tokio: an atomic without `LINE`. So a task that gives a permit back always takes the lock, to
//! look whether others wait.

use super::error::TryAcquireError;
use crate::sync::primitives::{AtomicUsize, Ordering};

/// The most permits.
pub(super) const MAX: usize = usize::MAX >> 3;

const LINE: usize = 1;
const CLOSED: usize = 2;
const SHIFT: u32 = 2;

/// The number of free permits, and the two flags.
pub(super) struct Free(AtomicUsize);

/// What joining the line comes to.
pub(super) enum Taken {
    /// There were enough after all. How many are left?
    Enough { free: usize },
    /// There are too few: these, which are the first's now. The line is open.
    Part(usize),
}

/// Why were permits not added to the free ones?
pub(super) enum NotPut {
    /// Because tasks are waiting for them.
    Line,
    /// Because there would be too many. So many are free.
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

    /// Takes permits if so many are free. Returns how many are left.
    #[inline]
    pub(super) fn take(&self, permits: usize) -> Result<usize, TryAcquireError> {
        let less = |word| if word & CLOSED == 0 { minus(word, permits) } else { None };
        match self.change(less) {
            Ok(before) => Ok((before >> SHIFT) - permits),
            Err(word) if word & CLOSED != 0 => Err(TryAcquireError::Closed),
            Err(_) => Err(TryAcquireError::NoPermits),
        }
    }

    /// Takes at most so many of them. Returns how many it took, and how many are left.
    pub(super) fn take_some(&self, most: usize) -> (usize, usize) {
        let less = |word| minus(word, most.min(word >> SHIFT));
        let (Ok(word) | Err(word)) = self.change(less);
        let some = most.min(word >> SHIFT);
        (some, (word >> SHIFT) - some)
    }

    /// Adds permits, unless there is a line. Returns how many are free then.
    #[inline]
    pub(super) fn put(&self, permits: usize) -> Result<usize, NotPut> {
        let fits = |word| permits <= MAX.saturating_sub(word >> SHIFT);
        let more = |word| (word & LINE == 0 && fits(word)).then(|| word + (permits << SHIFT));
        match self.change(more) {
            Ok(before) => Ok((before >> SHIFT) + permits),
            Err(word) if word & LINE != 0 => Err(NotPut::Line),
            Err(word) => Err(NotPut::TooMany { free: word >> SHIFT }),
        }
    }

    // ----- under the line's lock -----

    /// For a task that has joined the line: takes what it wants, or all there is and sets `LINE`.
    ///
    /// It is one step, so no permit comes back between looking and setting the flag.
    pub(super) fn take_or_wait(&self, wanted: usize) -> Taken {
        let (Ok(before) | Err(before)) = self.change(|word| minus(word, wanted).or(Some(LINE)));
        match (before >> SHIFT).checked_sub(wanted) {
            Some(free) => Taken::Enough { free },
            None => Taken::Part(before >> SHIFT),
        }
    }

    /// The line is empty now, and so many permits were left over. Only while `LINE` is set.
    pub(super) fn end_line(&self, left: usize) {
        self.0.store(left << SHIFT, Ordering::Release);
    }

    /// There is no line any more, and never will be: adds what its waiters had. Returns how many
    /// are free, and whether it was open until now.
    pub(super) fn close(&self, had: usize) -> (usize, bool) {
        let (Ok(before) | Err(before)) =
            self.change(|word| Some(((word & !LINE) | CLOSED) + (had << SHIFT)));
        ((before >> SHIFT) + had, before & CLOSED == 0)
    }

    /// Changes the word in one step. Returns what it was before, or what it is if it stays.
    #[inline]
    fn change(&self, to: impl FnMut(usize) -> Option<usize>) -> Result<usize, usize> {
        self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, to)
    }
}

/// The word with so many permits fewer, if there are so many.
fn minus(word: usize, permits: usize) -> Option<usize> {
    let enough = permits <= word >> SHIFT;
    enough.then(|| word - (permits << SHIFT))
}
