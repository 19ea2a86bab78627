//! How does an event name a task or a thing?
//!
//! By an [`Id`], a number from one process-wide counter, which never gives the same number twice.
//! Tasks, blocking jobs, runtimes and local sets have one, and so has whatever else an event names:
//! a timer, a source, a primitive of `sync`. A [`StoredId`] is one that a future or a guard stores.
//!
//! tokio: `task::Id` comes from a counter, too, but resources are identified by `tracing` spans.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The number of a task, or of anything else that an event names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Id(NonZeroU64);

impl Id {
    /// A new number, for the runtime, and for tests that make records by hand.
    #[doc(hidden)]
    pub fn next() -> Id {
        Id::first_of(1)
    }

    /// The first of `many` consecutive new numbers.
    pub(crate) fn first_of(many: u32) -> Id {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        // 64 bits do not wrap in the life of a machine.
        Id(NonZeroU64::new(NEXT.fetch_add(many.into(), Relaxed)).unwrap_or(NonZeroU64::MIN))
    }

    /// The id with this number; 0 stands for none.
    pub(crate) fn of(number: u64) -> Option<Id> {
        NonZeroU64::new(number).map(Id)
    }

    /// The number `more` places after this one.
    pub(crate) fn plus(self, more: u32) -> Id {
        Id(self.0.saturating_add(more.into()))
    }

    /// The number itself.
    pub fn get(self) -> u64 {
        self.0.get()
    }
}

/// The id of a wait, scope or hold, as a future or a guard stores it. Without the `causes` feature
/// it is empty, because storing it costs a tenth of the instructions of a lock or a `select!`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StoredId(#[cfg(feature = "causes")] Option<Id>);

impl StoredId {
    /// No id.
    pub const NONE: StoredId = StoredId(
        #[cfg(feature = "causes")]
        None,
    );

    /// This id, if ids are kept.
    #[cfg_attr(not(feature = "causes"), expect(unused_variables, reason = "it is not kept"))]
    pub const fn of(id: Id) -> StoredId {
        StoredId(
            #[cfg(feature = "causes")]
            Some(id),
        )
    }

    /// The id, if there is one.
    #[inline]
    pub const fn get(self) -> Option<Id> {
        #[cfg(feature = "causes")]
        return self.0;
        #[cfg(not(feature = "causes"))]
        None
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
