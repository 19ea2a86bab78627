//! How can a semaphore's operations fail?

use std::error::Error;
use std::fmt;

/// The error from a closed semaphore, which never gives out permits again.
#[derive(Debug)]
pub struct AcquireError(());

/// The error from `try_acquire`.
#[derive(Debug, PartialEq, Eq)]
pub enum TryAcquireError {
    /// The semaphore is closed and never gives out permits again.
    Closed,
    /// Fewer permits are free than were requested.
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
