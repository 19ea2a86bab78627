//! How can receiving from a oneshot channel fail?
//!
//! The value may not be there yet, or it may never come.

use std::error::Error;
use std::fmt;

/// The error from a channel whose sender was dropped without sending, or whose receiver was closed
/// first.
#[derive(Debug, Eq, PartialEq, Clone)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}

/// The error from `try_recv`.
#[derive(Debug, Eq, PartialEq, Clone)]
pub enum TryRecvError {
    /// The value hasn't been sent yet.
    Empty,
    /// The value will never come, or has been received.
    Closed,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "channel empty",
            TryRecvError::Closed => "channel closed",
        })
    }
}

impl Error for TryRecvError {}
