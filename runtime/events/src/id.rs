//! What tells one task from another, in this process and forever?
//!
//! A number that is never given twice. [`Id`] names a task, [`Serial`] anything else that an event
//! has to name (a timer, a source, a channel, a lock). Both come from one process-wide counter, in
//! blocks, so that drawing one is an addition on this thread. 64 bits do not wrap.
//!
//! tokio: `task::Id` draws from one atomic counter, a read-modify-write each.

use std::cell::Cell;
use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many numbers a thread draws at a time.
const BLOCK: u64 = 1024;

/// An opaque number that names a task among all of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(NonZeroU64);

/// An opaque number that names a timer, source, channel or lock in an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(NonZeroU64);

impl Id {
    /// A number that no other task has. For the runtime, and for records made by hand in tests.
    #[doc(hidden)]
    pub fn next() -> Id {
        Id(draw())
    }

    /// The number itself, for programs that write records.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl Serial {
    /// A number that nothing else in this process has.
    // A constructor that gives another value each time is no `Default`.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Serial {
        Serial(draw())
    }

    /// The number itself, for programs that write records.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn draw() -> NonZeroU64 {
    static NEXT_BLOCK: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        /// The next number of this thread's block, and the block's end.
        static RANGE: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    let (mut next, mut end) = RANGE.get();
    if next == end {
        next = NEXT_BLOCK.fetch_add(BLOCK, Ordering::Relaxed);
        end = next + BLOCK;
    }
    RANGE.set((next + 1, end));
    // The counter starts at 1 and does not wrap in the life of a machine.
    NonZeroU64::new(next).unwrap_or(NonZeroU64::MIN)
}
