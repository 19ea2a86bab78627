//! What identifies a thing uniquely, for the life of the process?
//!
//! A number from one process-wide counter, which never gives the same one twice. It identifies a
//! task, a blocking job, a runtime or a local set, and whatever else an event has to name: a timer,
//! a source, a primitive of `sync`.
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

    /// The one with this number. 0 is none's.
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

/// The id of a wait, scope or hold, where one is kept. Without the `causes` feature it takes no
/// space, because it would cost a tenth of a lock's or a `select!` round's instructions.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeptId(#[cfg(feature = "causes")] Option<Id>);

impl KeptId {
    /// No number.
    pub const NONE: KeptId = KeptId(
        #[cfg(feature = "causes")]
        None,
    );

    /// This number, if numbers are kept.
    #[cfg_attr(not(feature = "causes"), expect(unused_variables, reason = "it is not kept"))]
    pub const fn of(id: Id) -> KeptId {
        KeptId(
            #[cfg(feature = "causes")]
            Some(id),
        )
    }

    /// The number.
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
