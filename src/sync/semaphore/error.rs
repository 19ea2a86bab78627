//! Why is there no permit?

use std::error::Error;
use std::fmt;

/// The semaphore is closed: there will be no permit.
#[derive(Debug)]
pub struct AcquireError(());

/// There is no permit now.
#[derive(Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore is closed: there will be no permit.
    Closed,
    /// Fewer are free than were asked for.
    NoPermits,
}

impl AcquireError {
    pub(super) fn closed() -> AcquireError {
        AcquireError(())
    }
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("semaphore closed")
    }
}

impl Error for AcquireError {}

impl fmt::Display for TryAcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryAcquireError::Closed => "semaphore closed",
            TryAcquireError::NoPermits => "no permits available",
        })
    }
}

impl Error for TryAcquireError {}
