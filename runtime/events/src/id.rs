//! What tells one task from another, in this process and forever?
//!
//! A number that is never given twice. [`Id`] names a task (or a blocking job, a runtime, a local
//! set), [`Serial`] anything else that an event has to name: a timer, a source, a channel, a lock.
//! Both come from one process-wide counter.
//!
//! tokio: `task::Id`, from such a counter, too.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of a task, or of a blocking job, a runtime or a local set. No other of this process
/// has, or had, the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(NonZeroU64);

/// The number of a timer, source, channel or lock, as events name it.
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
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // 64 bits do not wrap in the life of a machine.
    NonZeroU64::new(NEXT.fetch_add(1, Ordering::Relaxed)).unwrap_or(NonZeroU64::MIN)
}
