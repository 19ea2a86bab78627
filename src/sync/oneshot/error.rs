//! What can go wrong with a channel for one value?
//!
//! The value may not be there yet, or it may never come.

use std::error::Error;
use std::fmt;

/// The sender was dropped without sending, or the receiver was closed first.
#[derive(Debug, Eq, PartialEq, Clone)]
pub struct RecvError(pub(super) ());

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl Error for RecvError {}

/// No value was received.
#[derive(Debug, Eq, PartialEq, Clone)]
pub enum TryRecvError {
    /// It was not sent yet.
    Empty,
    /// It will never come, or has been received.
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
