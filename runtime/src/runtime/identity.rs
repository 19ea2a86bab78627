//! What tells one runtime from another?
//!
//! A number that is never given twice, [`RuntimeId`], drawn from the counter of tasks' ids. A local
//! set has one, too. [`RuntimeFlavor`] is tokio's word for how many threads run tasks.
//!
//! tokio: `runtime/id.rs`, the number of the list of the runtime's tasks.

use std::fmt;

use kettle_events::Id;

/// The number of a runtime or a local set. No other of this process has, or had, the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuntimeId(Id);

impl RuntimeId {
    #[doc(hidden)]
    pub fn next() -> RuntimeId {
        RuntimeId(Id::next())
    }
}

impl fmt::Debug for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What kind of runtime is it?
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuntimeFlavor {
    /// One thread runs its tasks. All of kettle's runtimes are of this kind.
    CurrentThread,
    /// Several threads do. kettle has no such runtime.
    MultiThread,
}
