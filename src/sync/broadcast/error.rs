//! How can sending and receiving fail when each value goes to every receiver?
//!
//! There may be no receiver to send to. A receiver may find no value, or learn that it has missed
//! some values.

use std::error::Error;
use std::fmt;

/// The error from sending without a receiver, with the value that wasn't sent.
#[derive(Debug)]
pub struct SendError<T>(pub T);

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T: fmt::Debug> Error for SendError<T> {}

/// The error from `recv`.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum RecvError {
    /// All senders have been dropped, and every value has been received.
    Closed,
    /// This many values were overwritten before this receiver took them. The next `recv` returns
    /// the oldest that is left.
    Lagged(u64),
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RecvError::Closed => f.write_str("channel closed"),
            RecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
        }
    }
}

impl Error for RecvError {}

/// The error from `try_recv`.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum TryRecvError {
    /// There is no value now, but one may still come.
    Empty,
    /// All senders have been dropped, and every value has been received.
    Closed,
    /// This many values were overwritten before this receiver took them. The next `try_recv`
    /// returns the oldest that is left.
    Lagged(u64),
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TryRecvError::Empty => f.write_str("channel empty"),
            TryRecvError::Closed => f.write_str("channel closed"),
            TryRecvError::Lagged(missed) => write!(f, "channel lagged by {missed}"),
        }
    }
}

impl Error for TryRecvError {}
